"""A changed folder comes into force when a lead has read what changed, and never by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.shelves import edit, shelf
from webcare import clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Alert, Desk, Event
from webcare.queries import activations, facts, playbooks, rules, running
from webcare.services import activation
from webcare.services.activation import PhaseMove
from webcare.services.playbook_versions import take_into_force

__all__ = ["shelf"]


def seen(session: Session, number: int) -> str:
    return playbooks.edited(activations.one(session, number).playbook).fingerprint


def test_nothing_moves_until_a_lead_takes_it(session: Session, cast: Cast, shelf: Path) -> None:
    row = factories.activated(session, cast.dev)
    assert playbooks.edited(activations.one(session, row.id).playbook).is_same
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0\ntone: formal-reticent")
    edited = playbooks.edited(activations.one(session, row.id).playbook)
    assert (edited.version, len(edited.changes)) == ("1.1.0", 2)
    assert activations.one(session, row.id).playbook.tone != "formal-reticent"


def test_a_changed_version_keeps_facts_and_shows_both_on_the_timeline(
    session: Session, cast: Cast, shelf: Path
) -> None:
    row = factories.activated(session, cast.dev)
    factories.fact(session, cast.amina, row.id, "area")
    activation.tick(session, cast.amina, row.id, "call_ops")
    epoch = session.execute(select(Desk.epoch)).scalar_one()
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0\ntone: formal-reticent")
    session.info["bells"] = set()
    now = take_into_force(session, cast.dev, row.id, seen(session, row.id))
    assert (now.playbook_version, now.fingerprint != row.fingerprint) == ("1.1.0", True)
    assert rules.in_force(session, running.Place(0)).playbooks[0].tone == "formal-reticent"
    assert facts.one(session, row.id, "area", clock.now()).version == 1
    assert any(each.done_at for each in activations.one(session, row.id).steps)
    assert session.execute(select(Desk.epoch)).scalar_one() == epoch + 1
    assert "retriage" in session.info["bells"]
    event = session.scalars(select(Event).where(Event.verb == "playbook_changed")).one()
    assert (event.data["before"]["version"], event.data["after"]["version"]) == ("1.0.0", "1.1.0")
    assert len(event.data["changes"]) == event.data["count"] == 2
    said = session.scalars(select(Alert.text).where(Alert.kind == "playbook.changed")).one()
    assert "Dev took a changed version into force" in said


def test_a_broken_folder_is_refused_and_what_is_in_force_stays(
    session: Session, cast: Cast, shelf: Path
) -> None:
    row = factories.activated(session, cast.dev)
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0\ntone: loud")
    edited = playbooks.edited(activations.one(session, row.id).playbook)
    assert "can't be used" in edited.problem
    assert "tone" in edited.reasons[0]
    with pytest.raises(Refused):
        take_into_force(session, cast.dev, row.id, "0" * 64)
    assert activations.one(session, row.id).row.fingerprint == row.fingerprint


def test_what_was_not_read_is_not_taken(session: Session, cast: Cast, shelf: Path) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(Conflict, match="nothing changed"):
        take_into_force(session, cast.dev, row.id, row.fingerprint)
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0")
    read = seen(session, row.id)
    with pytest.raises(NotAllowed):
        take_into_force(session, cast.amina, row.id, read)
    edit(shelf, "playbook.yaml", "version: 1.1.0", "version: 1.20.0")
    with pytest.raises(Conflict, match="changed again"):
        take_into_force(session, cast.dev, row.id, read)


def test_the_phase_it_stands_in_must_be_there_still(session: Session, cast: Cast, shelf: Path) -> None:
    row = factories.activated(session, cast.dev)
    activation.move_phase(session, cast.dev, PhaseMove(row.id, "tail", (), "only claims are left"))
    head = shelf / "base" / "playbook.yaml"
    text = head.read_text(encoding="utf-8")
    head.write_text(text.replace("- key: tail", "- key: after"), encoding="utf-8")
    edit(shelf, "playbook.yaml", "- key: tail", "- key: after")
    with pytest.raises(Refused, match="no phase 'tail'"):
        take_into_force(session, cast.dev, row.id, seen(session, row.id))


def test_an_activation_that_is_over_keeps_its_version(session: Session, cast: Cast, shelf: Path) -> None:
    row = factories.activated(session, cast.dev, mode="rehearsal")
    activation.stand_down(session, cast.dev, row.id, "practised enough")
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0")
    with pytest.raises(Conflict, match="is over"):
        take_into_force(session, cast.dev, row.id, seen(session, row.id))
