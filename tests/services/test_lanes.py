"""Threats and cries for help leave the queue with their evidence; the press is not answered by agents."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare.errors import NotAllowed, Refused
from webcare.models import Conversation, Event, Evidence, Message, RawEvent
from webcare.queries import inbox
from webcare.queries.inbox import View
from webcare.services import assignment, lanes

BYTES = b'{"text":"you will see what happens at gate 4"}'


def arrived(session: Session, of: Conversation, *intents: str) -> int:
    """Give a message its bytes and its intents, as triage does, and route it; return its id."""
    number = factories.message(session, of, "you will see")
    raw = RawEvent(
        inbox_id=of.inbox_id,
        dedupe_key=f"lane-{number}",
        body=BYTES,
        sha256=hashlib.sha256(BYTES).digest(),
        headers={},
        state="read",
    )
    session.add(raw)
    session.flush()
    session.execute(
        text("UPDATE messages SET raw_event_id = :raw WHERE id = :id"), {"raw": raw.id, "id": number}
    )
    of.intents = list(intents)
    session.flush()
    lanes.route(session, {number: (of.id, intents)})
    session.expire_all()
    return number


def test_a_threat_leaves_the_queue_and_its_bytes_are_kept(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    arrived(session, thread, "safety_threat", "complaint")
    assert (thread.lane, thread.assignee_id) == ("duty", None)
    kept = session.scalars(select(Evidence)).one()
    assert (bytes(kept.body), bytes(kept.sha256)) == (BYTES, hashlib.sha256(BYTES).digest())
    assert session.scalars(select(Event.verb).where(Event.verb == "routed")).all() == ["routed"]


def test_evidence_can_be_neither_changed_nor_deleted(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    arrived(session, thread, "self_harm_distress")
    for words in ("UPDATE evidence SET why = 'x'", "DELETE FROM evidence"):
        with pytest.raises(DBAPIError, match="kept as it came"), session.begin_nested():
            session.execute(text(words))


def test_an_agent_can_not_claim_it_and_a_lead_can(session: Session, cast: Cast, thread: Conversation) -> None:
    arrived(session, thread, "self_harm_distress")
    with pytest.raises(NotAllowed, match="duty officer"):
        assignment.claim(session, cast.amina, thread.id)
    assignment.claim(session, cast.dev, thread.id)


def test_nobody_answers_a_threat(session: Session, cast: Cast, thread: Conversation) -> None:
    arrived(session, thread, "safety_threat")
    for who in (cast.amina, cast.dev):
        with pytest.raises(Refused, match="never answered from the desk"):
            lanes.refuse_answer(who, thread)


def test_a_duty_officer_answers_a_cry_for_help(session: Session, cast: Cast, thread: Conversation) -> None:
    arrived(session, thread, "self_harm_distress")
    with pytest.raises(Refused, match="duty officer answers"):
        lanes.refuse_answer(cast.amina, thread)
    lanes.refuse_answer(cast.dev, thread)


def test_the_press_is_out_of_an_agents_list(session: Session, cast: Cast, thread: Conversation) -> None:
    arrived(session, thread, "press")
    assert session.scalars(select(Evidence)).all() == []
    assert thread.id not in {row.id for row in inbox.rows(session, cast.amina, View()).rows}
    assert thread.id in {row.id for row in inbox.rows(session, cast.dev, View()).rows}


def test_a_lead_moves_it_back_and_a_new_threat_takes_it_again(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    arrived(session, thread, "safety_threat")
    with pytest.raises(NotAllowed, match="Only a lead"):
        lanes.release(session, cast.amina, thread.id, "an idiom")
    lanes.release(session, cast.dev, thread.id, "'the bomb' is praise")
    session.expire_all()
    assert (thread.lane, thread.lane_by) == ("queue", cast.dev.agent_id)
    lanes.refuse_answer(cast.amina, thread)
    arrived(session, thread, "safety_threat")
    assert (thread.lane, thread.lane_by) == ("duty", None)


def test_a_later_press_question_does_not_take_it_from_the_duty_officer(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    arrived(session, thread, "safety_threat")
    arrived(session, thread, "press")
    assert thread.lane == "duty"
    assert len(session.scalars(select(Message.id).where(Message.conversation_id == thread.id)).all()) >= 2
