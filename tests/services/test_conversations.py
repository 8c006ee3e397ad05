"""Conversations are resolved, reopened, annotated, re-levelled by people, and promoted by waiting."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Conversation, Event, Message
from webcare.services import assignment, conversations, judgements
from webcare.services.judgements import Word


def test_resolving_ends_the_claim_and_nobody_waits_any_more(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    conversations.resolve(session, cast.amina, thread.id, thread.version)
    session.expire(thread)
    assert (thread.state, thread.waiting_since, thread.due_at, thread.assignee_id) == (
        "resolved",
        None,
        None,
        None,
    )
    conversations.reopen(session, cast.bram, thread.id)
    assert (thread.state, thread.due_at is not None, thread.waiting_since is not None) == ("open", True, True)
    assert _events(session, thread) == ["claimed", "resolved", "reopened"]


def test_what_arrived_unseen_keeps_a_conversation_open(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    seen = thread.version
    factories.arrives(session, thread)
    with pytest.raises(Conflict, match="Eve Example wrote again"):
        conversations.resolve(session, cast.amina, thread.id, seen)


def test_who_does_not_send_replies_does_not_close_either(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    for who in (cast.vera, cast.olga):
        with pytest.raises(NotAllowed):
            conversations.resolve(session, who, thread.id, thread.version)


def test_a_note_is_kept_for_the_team_and_changes_no_version(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = conversations.note(session, cast.vera, thread.id, "  Called them.\r\nNo answer. ")
    written = session.get_one(Message, number)
    assert (written.direction, written.text) == ("note", "Called them.\nNo answer.")
    assert thread.version == 1
    with pytest.raises(Refused, match="note is empty"):
        conversations.note(session, cast.vera, thread.id, " ")


def test_a_person_decides_the_urgency_and_says_why(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    due = thread.due_at
    judgements.judge(session, cast.amina, thread.id, Word(1, "child alone"))
    assert thread.urgency == 1
    assert thread.reasons[0] == {"code": "human", "words": "Amina: child alone", "span": None}
    assert thread.due_at is not None
    assert due is not None
    assert (thread.due_at - time.at).total_seconds() <= 15 * 60 < (due - time.at).total_seconds()
    with pytest.raises(Refused):
        judgements.judge(session, cast.amina, thread.id, Word(5, "no such level"))


def test_a_volunteer_may_raise_but_not_lower_and_loses_what_is_above_them(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(NotAllowed, match="lowering it"):
        judgements.judge(session, cast.vera, thread.id, Word(4, "spam"))
    assignment.claim(session, cast.vera, thread.id)
    judgements.judge(session, cast.vera, thread.id, Word(1, "medicine runs out"))
    session.expire(thread)
    assert (thread.urgency, thread.assignee_id) == (1, None)


def test_waiting_promotes_once_per_doubled_target_and_never_above_u1(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    levels = []
    # The base playbook promises 480 min for U3, 60 for U2 and 15 for U1.
    for minutes in (959, 2, 1, 118, 2, 10_000):
        time.forward(minutes=minutes)
        conversations.promote_waiting(session)
        session.expire(thread)
        levels.append(thread.urgency)
    assert levels == [3, 2, 2, 2, 1, 1]
    codes = [each["code"] for each in thread.reasons]
    assert codes == ["waited", "waited"]
    assert "U2; raised to U1" in thread.reasons[0]["words"]
    assert _events(session, thread) == ["promoted", "promoted"]


def test_what_a_person_set_is_not_promoted(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    judgements.judge(session, cast.amina, thread.id, Word(4, "praise"))
    time.forward(days=30)
    conversations.promote_waiting(session)
    session.expire(thread)
    assert thread.urgency == 4


def test_promotion_takes_the_most_urgent_first_and_stops_at_its_limit(
    session: Session, cast: Cast, time: Clock
) -> None:
    calm = factories.conversation(session, cast.team_id, urgency=4)
    pressing = factories.conversation(session, cast.team_id, urgency=2)
    time.forward(days=30)
    while conversations.promote_waiting(session, limit=1):
        session.expire_all()
        if pressing.urgency == 1:
            break
    session.expire_all()
    assert (pressing.urgency, calm.urgency) == (1, 4)


def _events(session: Session, thread: Conversation) -> list[str]:
    about = select(Event.verb).where(Event.noun == "conversation", Event.noun_id == thread.id)
    return list(session.scalars(about.order_by(Event.id)))
