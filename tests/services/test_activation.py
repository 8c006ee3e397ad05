"""A playbook comes into force as it was, once, for everybody; and is stood down again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import ASH, Cast
from tests.services.conftest import Clock
from webcare import clock, playbooks
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Alert, Conversation, Desk, Event, Inbox
from webcare.queries import activations, facts, running
from webcare.services import activation
from webcare.services.activation import PhaseMove, RoleGiven

CRITERIA = ("first_statement", "facts_complete", "urgent_in_time", "page_live")


def test_activation_freezes_the_playbook_and_bumps_the_epoch(session: Session, cast: Cast) -> None:
    before = _epoch(session)
    row = factories.activated(session, cast.dev)
    kept = session.get_one(Activation, row.id)
    assert kept.frozen == playbooks.load(ASH, playbooks.shipped()).model_dump(mode="json")
    assert (row.phase, row.mode, row.title["nl"], row.started_by_name) == (
        "respond",
        "real",
        "Vulkaanas",
        "Dev",
    )
    assert _epoch(session) == before + 1
    assert session.info["bells"] >= {"retriage", "notify"}
    assert _events(session, row.id) == ["activated"]


def test_editing_the_folder_changes_nothing_that_is_in_force(
    session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = factories.activated(session, cast.dev)
    monkeypatch.setattr(playbooks, "folder", lambda _settings: tmp_path)
    assert activations.one(session, row.id).playbook.reply("volc.med") is not None
    assert activations.in_force(session, running.Place(0)).reply("volc.med") is not None


def test_the_same_playbook_can_not_run_twice_but_be_rehearsed_beside(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    with pytest.raises(Conflict, match="Volcanic ash is in force already: Dev activated it at"):
        factories.activated(session, cast.dev)
    factories.activated(session, cast.dev, mode="rehearsal")


def test_only_leads_activate_and_odd_values_are_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        factories.activated(session, cast.amina)
    with pytest.raises(NotFound):
        factories.activated(session, cast.dev, "no-such-playbook")
    for odd in ({"severity": 4}, {"mode": "game"}, {"reason": " "}, {"next_update_at": clock.now()}):
        with pytest.raises(Refused):
            factories.activated(session, cast.dev, **odd)


def test_the_promised_moment_is_a_fact(session: Session, cast: Cast) -> None:
    promised = clock.now() + timedelta(days=3)
    row = factories.activated(session, cast.dev, next_update_at=promised)
    fact = facts.one(session, row.id, "next_update_at", clock.now())
    assert (fact.state, fact.valid_until, row.next_update_at) == ("valid", promised, promised)
    activation.set_next_update(session, cast.dev, row.id, promised + timedelta(hours=1))
    assert facts.one(session, row.id, "next_update_at", clock.now()).version == 2


def test_real_inboxes_and_a_rehearsal_stand_under_their_own_rules(session: Session, cast: Cast) -> None:
    real = running.Place(0)
    assert activations.in_force(session, real).playbooks[0].slug == "base"
    row = factories.activated(session, cast.dev, mode="rehearsal")
    assert activations.in_force(session, real).activation_ids == ()
    assert activations.in_force(session, running.Place(0, rehearsal_id=row.id)).activation_ids == (row.id,)
    other = factories.activated(session, cast.dev)
    assert activations.in_force(session, real).activation_ids == (other.id,)


def test_a_rehearsal_has_its_own_inbox_and_usable_facts(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev, mode="rehearsal")
    inbox = session.scalars(select(Inbox).where(Inbox.rehearsal_id == row.id)).one()
    assert (inbox.slug, inbox.channel) == (f"rehearsal-{row.id}", "rehearsal")
    assert facts.one(session, row.id, "med_contact", clock.now()).state == "valid"
    assert "rehearsal" in session.info["bells"]
    held = facts.in_force(session, inbox.id)
    assert held["med_contact"].values["en"] == "020 000 0103"


def test_standing_down_ends_what_was_in_force_and_closes_the_rehearsal(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev, mode="rehearsal")
    inbox = session.scalars(select(Inbox).where(Inbox.rehearsal_id == row.id)).one()
    thread = factories.conversation(session, inbox_id=inbox.id, rehearsal_id=row.id)
    before = _epoch(session)
    ended = activation.stand_down(session, cast.dev, row.id, "practised enough")
    session.expire_all()
    assert ended.ended_by_name == "Dev"
    assert inbox.closed_at is not None
    assert session.get_one(Conversation, thread.id).state == "resolved"
    assert _epoch(session) == before + 1
    with pytest.raises(Conflict, match="stood down already"):
        activation.stand_down(session, cast.dev, row.id, "again")


def test_a_phase_needs_its_criteria_or_a_reason(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(Refused) as refused:
        activation.move_phase(session, cast.dev, PhaseMove(row.id, "stabilise", CRITERIA[:3]))
    assert refused.value.reasons == ("The public fact page and the questions with time stamps are live.",)
    with pytest.raises(Refused, match="not the next phase"):
        activation.move_phase(session, cast.dev, PhaseMove(row.id, "tail", CRITERIA))
    moved = activation.move_phase(session, cast.dev, PhaseMove(row.id, "stabilise", CRITERIA))
    assert moved.phase == "stabilise"
    back = activation.move_phase(session, cast.dev, PhaseMove(row.id, "respond", (), "a second eruption"))
    assert back.phase == "respond"
    said = session.scalars(
        select(Alert.text).where(Alert.kind == "phase.changed", Alert.activation_id == row.id)
    )
    assert "Phase respond -> stabilise. Exit criteria met: 4/4." in set(said)


def test_a_step_is_ticked_once_and_can_be_taken_back(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    activation.tick(session, cast.vera, row.id, "call_ops")
    activation.tick(session, cast.bram, row.id, "call_ops")
    step = next(each for each in activations.one(session, row.id).steps if each.key == "call_ops")
    assert step.done_by_name == "Vera"
    activation.untick(session, cast.bram, row.id, "call_ops")
    assert _events(session, row.id) == ["activated", "step_done", "step_undone"]
    with pytest.raises(NotFound):
        activation.tick(session, cast.bram, row.id, "no_such_step")


def test_a_role_has_a_holder_and_another_deputy(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    given = RoleGiven("station", cast.amina.agent_id, cast.bram.agent_id)
    activation.assign_role(session, cast.dev, row.id, given)
    role = next(each for each in activations.one(session, row.id).roles if each.key == "station")
    assert (role.agent_name, role.deputy_name) == ("Amina", "Bram")
    alone = RoleGiven("station", cast.amina.agent_id, cast.amina.agent_id)
    with pytest.raises(Refused, match="somebody else"):
        activation.assign_role(session, cast.dev, row.id, alone)
    with pytest.raises(Refused, match="can sign in"):
        activation.assign_role(session, cast.dev, row.id, RoleGiven("station", 10**9))


def test_a_promise_is_reminded_before_at_and_after_its_moment(
    session: Session, cast: Cast, time: Clock
) -> None:
    row = factories.activated(session, cast.dev, next_update_at=time.at + timedelta(minutes=60))
    said = []
    for minutes in (44, 1, 5, 10, 2, 3, 4, 1):
        time.forward(minutes=minutes)
        activation.alert_updates(session)
        said.append(_reminders(session, row.id))
    # 44: too early; 45: soon; 50: said; 60: now; 62: said; 65: late; 69: said; 70: late again
    assert said == [0, 1, 1, 2, 2, 3, 3, 4]


def _reminders(session: Session, activation_id: int) -> int:
    of = select(func.sum(Alert.count)).where(
        Alert.activation_id == activation_id, Alert.kind.like("next_update.%")
    )
    return int(session.execute(of).scalar_one() or 0)


def _epoch(session: Session) -> int:
    return session.execute(select(Desk.epoch)).scalar_one_or_none() or 0


def _events(session: Session, activation_id: int) -> list[str]:
    about = select(Event.verb).where(Event.noun == "activation", Event.noun_id == activation_id)
    return list(session.scalars(about.order_by(Event.id)))
