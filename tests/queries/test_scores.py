"""The measures of a score are what the tables say: urgent work, facts, promises, replies, statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.domain.score import Measures, Share
from webcare.models import Broadcast, Conversation, FactVersion, MessageFact, Promise
from webcare.queries import activations, scores
from webcare.services import assignment
from webcare.services.standing_down import stand_down


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(clock.now())
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def cast(session: Session, time: Clock) -> Cast:
    assert time.at
    return factories.cast(session)


@pytest.fixture
def crisis(session: Session, cast: Cast, time: Clock) -> int:
    number = factories.activated(session, cast.dev).id
    time.forward(seconds=1)
    return number


def measured(session: Session, number: int) -> Measures:
    return scores.measured(session, activations.one(session, number), clock.now())


def asks(session: Session, cast: Cast, level: int, **values: Any) -> int:
    made = factories.conversation(session, cast.team_id, urgency=level, **values)
    factories.message(session, made, "Please help", urgency=level)
    return made.id


def replies(session: Session, place: int, version: int | None = None, **values: Any) -> None:
    of = session.get_one(Conversation, place)
    number = factories.message(session, of, "The airspace is closed.", direction="outbound", **values)
    if version is not None:
        session.add(MessageFact(message_id=number, fact_version_id=version))
        session.flush()


def test_a_quiet_crisis_has_nothing_to_measure(session: Session, crisis: int) -> None:
    assert measured(session, crisis) == Measures(elapsed_s=1.0)


def test_urgent_work_counts_when_taken_on_or_out_of_time(
    session: Session, cast: Cast, crisis: int, time: Clock
) -> None:
    in_time, late, never, young = (asks(session, cast, 1) for _ in range(4))
    asks(session, cast, 3)
    minutes = activations.one(session, crisis).playbook.due_minutes.U1
    time.forward(minutes=minutes - 1)
    assignment.claim(session, cast.amina, in_time)
    assert measured(session, crisis).urgent == Share(1, 1)
    time.forward(minutes=2)
    assignment.claim(session, cast.bram, late)
    assert measured(session, crisis).urgent == Share(1, 4)
    assert {never, young}


def test_the_first_statement_is_the_first_published_update(
    session: Session, cast: Cast, crisis: int, time: Clock
) -> None:
    for minutes, kind in ((3, "nochange"), (9, "update"), (30, "update")):
        at = time.at + timedelta(minutes=minutes)
        made = {"activation_id": crisis, "author_id": cast.dev.agent_id, "created_at": time.at, "parts": {}}
        session.add(Broadcast(kind=kind, state="published", published_at=at, **made))
    session.flush()
    assert measured(session, crisis).statement_s is None
    time.forward(hours=1)
    assert measured(session, crisis).statement_s == 9 * 60 + 1


def test_a_fact_that_expired_while_in_use_is_no_good_one(
    session: Session, cast: Cast, crisis: int, time: Clock
) -> None:
    place = asks(session, cast, 3)
    versions = {
        key: factories.fact(session, cast.amina, crisis, key, valid_minutes=30).version_id
        for key in ("area", "situation", "doing")
    }
    for key in ("area", "situation"):
        replies(session, place, versions[key])
    assert measured(session, crisis).facts == Share(2, 2)
    time.forward(minutes=29)
    factories.fact(session, cast.amina, crisis, "area", valid_minutes=30)
    time.forward(minutes=2)
    assert measured(session, crisis).facts == Share(1, 2)
    factories.fact(session, cast.amina, crisis, "situation", valid_minutes=30)
    assert measured(session, crisis).facts == Share(1, 2)


def test_replies_with_an_override_or_an_unverified_fact_are_counted_out(
    session: Session, cast: Cast, crisis: int
) -> None:
    place = asks(session, cast, 3)
    version = factories.fact(session, cast.amina, crisis, "area").version_id
    replies(session, place, version)
    replies(session, place, overrides={"no_time": {"by": 1, "why": "x"}})
    replies(session, place, is_automatic=True)
    assert measured(session, crisis).replies == Share(1, 2)
    session.get_one(FactVersion, version).verified_at = None
    session.flush()
    assert measured(session, crisis).replies == Share(0, 2)


def test_promises_count_as_kept_or_missed(session: Session, cast: Cast, crisis: int, time: Clock) -> None:
    made = {"activation_id": crisis, "made_at": time.at, "made_by": cast.dev.agent_id}
    session.add(Promise(due_at=time.at + timedelta(minutes=9), kept_at=time.at, **made))
    session.add(Promise(due_at=time.at - timedelta(minutes=1), missed_at=time.at, **made))
    session.flush()
    assert measured(session, crisis).promises == Share(1, 2)


def test_a_rehearsal_and_a_real_crisis_are_measured_apart(session: Session, cast: Cast, crisis: int) -> None:
    played = factories.activated(session, cast.dev, mode="rehearsal").id
    real, made_up = asks(session, cast, 0), asks(session, cast, 0, rehearsal_id=played)
    assignment.claim(session, cast.dev, real)
    assert (measured(session, crisis).urgent, measured(session, played).urgent) == (Share(1, 1), Share())
    assignment.claim(session, cast.dev, made_up)
    assert measured(session, played).urgent == Share(1, 1)


def test_after_the_end_the_measures_stand_still(session: Session, cast: Cast, time: Clock) -> None:
    played = factories.activated(session, cast.dev, mode="rehearsal").id
    time.forward(minutes=5)
    place = asks(session, cast, 1, rehearsal_id=played)
    assignment.claim(session, cast.amina, place)
    before = measured(session, played)
    stand_down(session, cast.dev, played, "practised enough")
    time.forward(days=3)
    assert measured(session, played) == before
