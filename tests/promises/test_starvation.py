"""Nobody waits for ever, even while as many urgent messages arrive as can be answered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.domain.urgency import DUE_MINUTES, Urgency
from webcare.models import Conversation
from webcare.services import conversations, handing

STEP = timedelta(hours=2)
# Twice each promise on the way up; at U1 only those who came before are still ahead.
CLIMB = 2 * sum((timedelta(minutes=DUE_MINUTES[Urgency(level)]) for level in (2, 3, 4)), timedelta())


@pytest.fixture
def cast(session: Session) -> Cast:
    return factories.cast(session)


def waits(session: Session, cast: Cast, level: int, time: Clock) -> int:
    """Let somebody new begin to wait at a level, promised what the base playbook promises."""
    due = time.at + timedelta(minutes=DUE_MINUTES[Urgency(level)])
    given = {"contact_id": factories.eve(session), "urgency": level, "due_at": due, "at": time.at}
    return factories.conversation(session, cast.team_id, **given).id


def answered(session: Session, cast: Cast) -> int:
    """Let an agent take the next one and be done with it."""
    number = handing.next_one(session, cast.amina)
    assert number is not None
    row = session.get_one(Conversation, number)
    row.state, row.waiting_since, row.due_at, row.assignee_id = "resolved", None, None, None
    session.flush()
    return number


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(levels=st.lists(st.integers(1, 4), min_size=1, max_size=8))
def test_everybody_is_answered_while_a_new_u1_arrives_for_each_answer(
    session: Session, cast: Cast, time: Clock, levels: list[int]
) -> None:
    with session.begin_nested() as all_of_it:
        left = {waits(session, cast, level, time) for level in levels}
        latest = time.at + CLIMB + STEP * (len(levels) + 3)
        while left:
            assert time.at <= latest, f"still waiting: {left}"
            time.forward(hours=STEP.total_seconds() / 3600)
            waits(session, cast, 1, time)
            conversations.promote_waiting(session)
            session.expire_all()
            left.discard(answered(session, cast))
        all_of_it.rollback()
