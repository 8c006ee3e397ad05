"""A lesson is due at night, when enough was judged since the last, and once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.models import Conversation, Desk
from webcare.services import judgements, lessons
from webcare.services.judgements import Word

NOON = datetime(2026, 4, 15, 10, tzinfo=UTC)


@pytest.fixture
def desk(session: Session) -> Desk:
    made = session.get(Desk, 1) or Desk(id=1)
    session.add(made)
    session.flush()
    return made


def judge(session: Session, cast: Cast, thread: Conversation, times: int) -> None:
    for _ in range(times):
        judgements.judge(session, cast.amina, thread.id, Word(2, "read again"))


@pytest.fixture
def has_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "needs_model", lambda: False)


def test_it_rings_at_once_while_there_is_no_model(session: Session, time: Clock) -> None:
    time.at = NOON
    assert lessons.needs_model()
    assert lessons.ring_when_due(session) == 1


@pytest.mark.usefixtures("desk", "has_model")
def test_it_rings_at_night_and_when_enough_was_judged(session: Session, cast: Cast, time: Clock) -> None:
    time.at = NOON
    thread = factories.conversation(session, cast.team_id)
    judge(session, cast, thread, lessons.ENOUGH - 1)
    time.forward(hours=15)
    assert lessons.ring_when_due(session) == 0
    judge(session, cast, thread, 1)
    assert lessons.ring_when_due(session) == 1
    assert "lessons" in session.info["bells"]
    time.forward(hours=9)
    assert lessons.ring_when_due(session) == 0


def test_a_lesson_is_held_once(session: Session, cast: Cast, desk: Desk, time: Clock) -> None:
    thread = factories.conversation(session, cast.team_id)
    judge(session, cast, thread, lessons.ENOUGH)
    assert lessons.begin(session)
    assert not lessons.begin(session)
    time.forward(days=1)
    assert not lessons.begin(session)
    judge(session, cast, thread, lessons.ENOUGH)
    assert lessons.begin(session)
    session.refresh(desk)
    assert desk.learned_at == time.at


def test_another_model_has_the_backlog_judged_anew(session: Session, desk: Desk) -> None:
    before = desk.epoch
    lessons.goes_by(session, "0123456789ab", "better on 40 held back")
    session.refresh(desk)
    assert desk.epoch == before + 1
    assert "retriage" in session.info["bells"]
