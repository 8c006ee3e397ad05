"""Injects come once, stay inside the rehearsal, and count as met by what the desk really did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Alert, Conversation, Delivery, Event, Inbox, Inject, Message, RawEvent
from webcare.queries import injects as asked
from webcare.services import assignment, hiding, inject_watch, injects, reading
from webcare.services.facts import retract
from webcare.services.standing_down import stand_down
from workers import triage

FAST = {"speed": 10, "seed": 4}


@pytest.fixture
def rehearsal(session: Session, cast: Cast, time: Clock) -> int:
    """Return the ash cloud, rehearsed at ten times its speed, in time that stands still."""
    assert time.at
    return factories.activated(session, cast.dev, mode="rehearsal", options=FAST).id


def row(session: Session, activation_id: int, key: str) -> asked.InjectRow:
    return next(each for each in asked.of(session, activation_id) if each.key == key)


def read(session: Session) -> None:
    """Read everything that arrived, as the triage worker does, within this test's transaction."""
    claimed = reading.claim(session, "reader", 250)
    rules = triage._rules(session, claimed)
    reading.keep(session, "reader", [triage.read(one, rules[one.inbox.id]) for one in claimed])


def thrown(session: Session, activation_id: int, cast: Cast, key: str) -> list[int]:
    """Throw one by hand, read it, and return the conversations in which it stands."""
    injects.throw(session, cast.dev, activation_id, key)
    read(session)
    session.expire_all()
    found = asked.conversations(session, [row(session, activation_id, key)])
    return list(next(iter(found.values())))


def test_at_ten_times_the_speed_they_come_ten_times_as_soon(
    session: Session, rehearsal: int, time: Clock
) -> None:
    start, times = time.at, {each.key: each.due_at for each in asked.of(session, rehearsal)}
    assert times["rumour"] == start + timedelta(seconds=48)
    assert times["threat"] == start + timedelta(minutes=3)
    assert injects.throw_due(session, rehearsal) == 0
    time.forward(seconds=91)
    assert injects.throw_due(session, rehearsal) == 2
    assert injects.throw_due(session, rehearsal) == 0
    assert session.scalar(select(func.count()).select_from(RawEvent)) == 8 + 1


def test_the_same_seed_throws_the_same_words(session: Session, cast: Cast) -> None:
    first = factories.activated(session, cast.dev, mode="rehearsal", options=FAST).id
    words = [each.subject["messages"] for each in asked.of(session, first)]
    stand_down(session, cast.dev, first, "again with the same seed")
    again = factories.activated(session, cast.dev, mode="rehearsal", options=FAST).id
    assert [each.subject["messages"] for each in asked.of(session, again)] == words


def test_nothing_leaves_the_rehearsal(session: Session, cast: Cast, rehearsal: int, time: Clock) -> None:
    before = session.scalar(select(func.count()).select_from(Alert))
    time.forward(minutes=4)
    assert injects.throw_due(session, rehearsal) == 4
    read(session)
    own = set(session.scalars(select(Inbox.id).where(Inbox.rehearsal_id == rehearsal)))
    assert set(session.scalars(select(RawEvent.inbox_id))) == own
    arrived = session.scalars(select(Message).where(Message.raw_event_id.is_not(None))).all()
    assert {each.inbox_id for each in arrived} == own
    homes = session.scalars(select(Conversation).where(Conversation.rehearsal_id == rehearsal)).all()
    assert len(homes) == 8 + 3
    assert session.scalar(select(func.count()).select_from(Delivery)) == 0
    assert session.scalar(select(func.count()).select_from(Alert)) == before
    assert cast.dev


def test_a_wrong_fact_is_met_by_taking_it_back(
    session: Session, cast: Cast, rehearsal: int, time: Clock
) -> None:
    thrown(session, rehearsal, cast, "wrong_fact")
    assert inject_watch.watch(session, rehearsal) == 0
    at = time.forward(minutes=3)
    retract(session, cast.amina, rehearsal, "hotel_capacity", "operations corrected it")
    time.forward(minutes=40)
    assert inject_watch.watch(session, rehearsal) == 1
    found = row(session, rehearsal, "wrong_fact")
    assert (found.met_at, found.met_by_name, found.why) == (at, "Amina", "retracted")
    assert found.state(time.at) == "met"


def test_saying_the_wrong_words_again_is_no_mend(
    session: Session, cast: Cast, rehearsal: int, time: Clock
) -> None:
    said = {"en": "40 rooms near Polder Airport", "nl": "40 kamers bij Polder Airport"}
    thrown(session, rehearsal, cast, "wrong_fact")
    time.forward(minutes=1)
    factories.fact(session, cast.amina, rehearsal, "hotel_capacity", said=said, status="likely")
    assert inject_watch.watch(session, rehearsal) == 0
    time.forward(minutes=11)
    assert row(session, rehearsal, "wrong_fact").state(time.at) == "late"
    right = {"en": "12 rooms", "nl": "12 kamers"}
    factories.fact(session, cast.amina, rehearsal, "hotel_capacity", said=right, status="likely")
    assert inject_watch.watch(session, rehearsal) == 1
    assert row(session, rehearsal, "wrong_fact").state(time.at) == "met_late"


def test_a_leak_is_met_by_hiding_it(session: Session, cast: Cast, rehearsal: int, time: Clock) -> None:
    (place,) = thrown(session, rehearsal, cast, "leak")
    message = session.scalars(select(Message).where(Message.conversation_id == place)).one()
    assert message.is_public
    assert "privacy_exposed" in message.intents
    time.forward(seconds=40)
    hiding.hide(session, cast.amina, message.id)
    assert inject_watch.watch(session, rehearsal) == 1
    assert row(session, rehearsal, "leak").took(time.at) == timedelta(seconds=40)


def test_a_threat_goes_to_the_duty_officer_and_no_other_claim_counts(
    session: Session, cast: Cast, rehearsal: int
) -> None:
    (place,) = thrown(session, rehearsal, cast, "threat")
    found = session.get_one(Conversation, place)
    assert (found.urgency, found.lane) == (0, "duty")
    with pytest.raises(NotAllowed):
        assignment.claim(session, cast.amina, place)
    assert inject_watch.watch(session, rehearsal) == 0
    assignment.claim(session, cast.dev, place)
    assert inject_watch.watch(session, rehearsal) == 1
    assert row(session, rehearsal, "threat").why == "taken on by the duty officer"


def test_a_rumour_is_met_by_the_fact_that_answers_it(
    session: Session, cast: Cast, rehearsal: int, time: Clock
) -> None:
    places = thrown(session, rehearsal, cast, "rumour")
    texts = session.scalars(select(Message.text).where(Message.conversation_id.in_(places))).all()
    assert len(places) == 8
    assert len(set(texts)) >= 6
    assert inject_watch.watch(session, rehearsal) == 0
    time.forward(minutes=2)
    factories.fact(session, cast.amina, rehearsal, "rumour_answers")
    assert inject_watch.watch(session, rehearsal) == 1
    assert row(session, rehearsal, "rumour").why == "answered by a fact"


def test_a_lead_marks_a_rumour_in_words_and_nothing_else(
    session: Session, cast: Cast, rehearsal: int
) -> None:
    with pytest.raises(Conflict, match="not thrown"):
        injects.mark(session, cast.dev, rehearsal, "rumour", "The pressroom denied it on its page.")
    injects.throw(session, cast.dev, rehearsal, "rumour")
    injects.throw(session, cast.dev, rehearsal, "leak")
    with pytest.raises(NotAllowed):
        injects.mark(session, cast.amina, rehearsal, "rumour", "The pressroom denied it on its page.")
    with pytest.raises(Refused, match="hide the message"):
        injects.mark(session, cast.dev, rehearsal, "leak", "The pressroom denied it on its page.")
    injects.mark(session, cast.dev, rehearsal, "rumour", "The pressroom denied it on its page.")
    found = row(session, rehearsal, "rumour")
    assert (found.is_marked, found.met_by_name) == (True, "Dev")
    event = session.scalars(select(Event).where(Event.verb == "inject_marked")).one()
    assert event.data["why"] == "The pressroom denied it on its page."


def test_a_held_one_waits_until_it_is_let_go(
    session: Session, cast: Cast, rehearsal: int, time: Clock
) -> None:
    injects.hold(session, cast.dev, rehearsal, "rumour", is_held=True)
    time.forward(minutes=1)
    assert injects.throw_due(session, rehearsal) == 0
    assert row(session, rehearsal, "rumour").state(time.at) == "held"
    injects.hold(session, cast.dev, rehearsal, "rumour", is_held=False)
    assert injects.throw_due(session, rehearsal) == 1
    with pytest.raises(Conflict, match="thrown already"):
        injects.throw(session, cast.dev, rehearsal, "rumour")


@pytest.mark.parametrize("key", ["rumour", "nothing_of_the_kind"])
def test_only_a_lead_throws_and_only_what_there_is(
    session: Session, cast: Cast, rehearsal: int, key: str
) -> None:
    with pytest.raises(NotAllowed):
        injects.throw(session, cast.amina, rehearsal, key)
    with pytest.raises(NotFound):
        injects.throw(session, cast.dev, rehearsal, "nothing_of_the_kind")


def test_after_the_end_nothing_is_thrown_and_the_last_deeds_count(
    session: Session, cast: Cast, rehearsal: int, time: Clock
) -> None:
    thrown(session, rehearsal, cast, "wrong_fact")
    retract(session, cast.amina, rehearsal, "hotel_capacity", "operations corrected it")
    stand_down(session, cast.dev, rehearsal, "practised enough")
    assert row(session, rehearsal, "wrong_fact").state(time.at) == "met"
    time.forward(hours=1)
    assert injects.throw_due(session, rehearsal) == 0
    with pytest.raises(Conflict, match="over"):
        injects.throw(session, cast.dev, rehearsal, "threat")


def test_a_real_activation_has_none(session: Session, cast: Cast) -> None:
    real: Any = factories.activated(session, cast.dev)
    assert session.scalars(select(Inject).where(Inject.activation_id == real.id)).all() == []
    with pytest.raises(Conflict):
        injects.throw(session, cast.dev, real.id, "rumour")
