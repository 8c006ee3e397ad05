"""A young activation is undone as one action; an older one is stood down."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from tests.shelves import edit, shelf
from webcare import clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Alert, Broadcast, Conversation, Desk, Event, Inbox, Promise
from webcare.queries import rules, running
from webcare.services import retriage
from webcare.services.broadcasts import CRISIS
from webcare.services.undoing import undo

__all__ = ["shelf"]
REAL = running.Place(0)


def epoch(session: Session) -> int:
    return session.execute(select(Desk.epoch)).scalar_one()


def test_what_was_switched_is_back_as_it_was(session: Session, cast: Cast, shelf: Path) -> None:
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.0.0\ndue_minutes: {U3: 30}")
    thread = factories.conversation(session, cast.team_id, urgency=3)
    row = factories.activated(session, cast.dev)
    assert promised(session, thread) == timedelta(minutes=30)
    at = epoch(session)
    undone = undo(session, cast.dev, row.id, "a false alarm")
    assert (undone.options["ended_as"], undone.ended_by_name) == ("undone", "Dev")
    assert rules.in_force(session, REAL).activation_ids == ()
    assert epoch(session) == at + 1
    assert "retriage" in session.info["bells"]
    assert promised(session, thread) == timedelta(minutes=480)


def promised(session: Session, thread: Conversation) -> timedelta:
    """Let the backlog be judged anew, as the bell asks, and return the promised time of a conversation."""
    assert retriage.batch(session) == 1
    row = session.get_one(Conversation, thread.id)
    assert row.due_at is not None
    return row.due_at - row.level_since


def test_it_stands_on_the_timeline_and_slack_hears_of_it(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    undo(session, cast.dev, row.id, "a false alarm")
    event = session.scalars(select(Event).where(Event.verb == "activation_undone")).one()
    assert event.data["reason"] == "a false alarm"
    said = session.scalars(select(Alert.text).where(Alert.kind == "activation.undone")).one()
    assert said == "Volcanic ash: activation undone by Dev. What it switched is back as it was."


def test_after_half_an_hour_it_is_stood_down_instead(session: Session, cast: Cast, time: Clock) -> None:
    row = factories.activated(session, cast.dev)
    time.forward(minutes=30)
    with pytest.raises(Conflict, match="stand it down instead"):
        undo(session, cast.dev, row.id, "a false alarm")
    time.forward(seconds=-1)
    undo(session, cast.dev, row.id, "a false alarm")
    with pytest.raises(Conflict, match="nothing to undo"):
        undo(session, cast.dev, row.id, "once more")
    factories.activated(session, cast.dev)


def test_it_needs_a_lead_and_a_reason(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(NotAllowed):
        undo(session, cast.amina, row.id, "a false alarm")
    with pytest.raises(Refused):
        undo(session, cast.dev, row.id, " ")


def test_a_rehearsal_that_is_undone_closes_its_inbox(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev, mode="rehearsal")
    undo(session, cast.dev, row.id, "the wrong playbook")
    session.expire_all()
    assert session.scalars(select(Inbox.closed_at).where(Inbox.rehearsal_id == row.id)).one() is not None
    said = session.scalars(select(Alert.text).where(Alert.kind == "activation.undone")).one()
    assert said.startswith("Rehearsal: ")


def test_planned_posts_that_it_paused_go_again(session: Session, cast: Cast) -> None:
    post = planned(session, cast)
    row = factories.activated(session, cast.dev)
    session.refresh(post)
    assert post.paused_at is not None
    undo(session, cast.dev, row.id, "a false alarm")
    session.refresh(post)
    assert (post.paused_at, post.state) == (None, "approved")


def test_planned_posts_stay_paused_while_another_crisis_goes_on(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev, "data-breach")
    row = factories.activated(session, cast.dev)
    post = planned(session, cast, paused_at=clock.now(), paused_why=CRISIS)
    undo(session, cast.dev, row.id, "a false alarm")
    session.refresh(post)
    assert post.paused_at is not None


def test_the_promise_is_neither_kept_nor_missed(session: Session, cast: Cast, time: Clock) -> None:
    row = factories.activated(session, cast.dev, next_update_at=time.at + timedelta(minutes=10))
    made = {"activation_id": row.id, "made_at": time.at, "made_by": cast.dev.agent_id}
    promise = Promise(due_at=time.at + timedelta(minutes=10), **made)
    session.add(promise)
    session.flush()
    undone = undo(session, cast.dev, row.id, "a false alarm")
    session.refresh(promise)
    assert undone.next_update_at is None
    assert (promise.moved_at, promise.kept_at, promise.missed_at) == (time.at, None, None)


def planned(session: Session, cast: Cast, **values: object) -> Broadcast:
    """Lay a post that was approved for tomorrow."""
    made = Broadcast(
        kind="post",
        parts={"en": {"only": "x"}},
        state="approved",
        publish_at=clock.now() + timedelta(days=1),
        author_id=cast.dev.agent_id,
        created_at=clock.now(),
        **values,
    )
    session.add(made)
    session.flush()
    return made
