"""Measures the live queue, publishes it as a fact, and lets messages say which words they stated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.domain import reply_time
from webcare.errors import Refused
from webcare.models import Conversation, Fact, FactVersion, Message, ReplyTime
from webcare.queries import facts as board
from webcare.queries import reply_times as rows
from webcare.services import facts, reply_times, suggestions, sweeping


@pytest.fixture(autouse=True)
def _nothing_measured(session: Session) -> None:
    """Forget, within this test, what earlier ones committed."""
    session.execute(delete(ReplyTime))


def answered(session: Session, cast: Cast, inbox_id: int, *, waited: float, ago: float = 5) -> Conversation:
    """Lay a Dutch conversation that Amina answered `ago` minutes ago, after `waited` minutes."""
    then = clock.now() - timedelta(minutes=ago)
    values = {"inbox_id": inbox_id, "language": "nl", "at": then - timedelta(minutes=waited)}
    made = factories.conversation(session, cast.team_id, **values, state="waiting")
    made.waiting_since = None
    given = {"direction": "outbound", "agent_id": cast.amina.agent_id}
    factories.message(session, made, "Hoi", **given, at=then, sent_at=then)
    return made


def waiting(session: Session, cast: Cast, inbox_id: int, minutes: float = 1) -> Conversation:
    began = clock.now() - timedelta(minutes=minutes)
    return factories.conversation(session, cast.team_id, inbox_id=inbox_id, language="nl", at=began)


def only(session: Session, inbox_id: int) -> rows.ReplyTimeRow:
    (found,) = rows.fresh(session, clock.now(), [inbox_id])
    return found


def versions(session: Session, inbox_id: int) -> list[FactVersion]:
    slug = only(session, inbox_id).inbox_slug
    asked = select(FactVersion).join(Fact, Fact.id == FactVersion.fact_id)
    found = asked.where(Fact.key == reply_time.fact_key(slug, "nl")).order_by(FactVersion.id)
    return list(session.scalars(found))


def test_it_measures_who_waits_and_how_long_people_waited_for_a_person(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    assert time.at
    for waited in (10, 20, 30, 40, 100):
        answered(session, cast, inbox, waited=waited)
    waiting(session, cast, inbox)
    assert reply_times.keep(session) >= 1
    row = only(session, inbox)
    assert (row.waiting, row.replies, row.measured_minutes, row.language) == (1, 5, 30, "nl")
    assert row.expected_minutes == 120
    assert row.words["nl"] == "2 uur"


def test_what_a_machine_said_ends_no_wait(session: Session, cast: Cast, inbox: int, time: Clock) -> None:
    assert time.at
    for _ in range(5):
        made = answered(session, cast, inbox, waited=50)
        first = session.scalars(
            select(Message).where(Message.conversation_id == made.id).order_by(Message.id)
        ).one_or_none
        assert first
        receipt = {"direction": "outbound", "is_automatic": True, "at": time.at, "sent_at": time.at}
        factories.message(session, made, "We hebben je bericht", **receipt)
    reply_times.measure(session)
    assert (only(session, inbox).replies, only(session, inbox).measured_minutes) == (5, 50)


def test_a_second_word_of_ours_counts_from_their_second_word(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    made = answered(session, cast, inbox, waited=90, ago=20)
    session.flush()
    at = time.at - timedelta(minutes=6)
    factories.message(session, made, "En nu?", at=at)
    given = {"direction": "outbound", "agent_id": cast.amina.agent_id, "at": time.at, "sent_at": time.at}
    factories.message(session, made, "Zo!", **given)
    factories.message(session, made, "Nog iets.", **given)
    reply_times.measure(session)
    assert (only(session, inbox).replies, only(session, inbox).measured_minutes) == (2, 48)


def test_nothing_honest_to_say_says_so(session: Session, cast: Cast, inbox: int, time: Clock) -> None:
    assert time.at
    waiting(session, cast, inbox, 300)
    reply_times.measure(session)
    assert only(session, inbox).expected_minutes is None
    assert only(session, inbox).words["es"] == "todavía no podemos calcularlo"


def test_it_measures_every_five_minutes_and_hides_what_is_older_than_ten(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    waiting(session, cast, inbox)
    assert reply_times.keep(session) == 1
    time.forward(minutes=2)
    assert reply_times.keep(session) == 0
    time.forward(minutes=3)
    assert reply_times.keep(session) == 1
    time.forward(minutes=10)
    assert rows.fresh(session, time.at, [inbox])
    time.forward(seconds=1)
    assert rows.fresh(session, time.at, [inbox]) == []


def test_only_other_words_are_a_new_version(session: Session, cast: Cast, inbox: int, time: Clock) -> None:
    factories.activated(session, cast.dev)
    for _ in range(6):
        answered(session, cast, inbox, waited=20)
    reply_times.keep(session)
    for _ in range(3):
        time.forward(minutes=5)
        reply_times.keep(session)
    (version,) = versions(session, inbox)
    assert version.said["nl"] == "30 minuten"
    assert version.valid_until == time.at + reply_time.STALE
    for _ in range(60):
        waiting(session, cast, inbox, 40)
    time.forward(minutes=5)
    reply_times.keep(session)
    assert [each.said["en"] for each in versions(session, inbox)] == ["30 minutes", "6 hours"]


def test_a_reply_states_the_time_of_its_own_inbox_and_language_with_its_version(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    factories.activated(session, cast.dev)
    for _ in range(6):
        answered(session, cast, inbox, waited=20)
    other = factories.inbox(session)
    waiting(session, cast, other, 300)
    late = waiting(session, cast, inbox, 100)
    reply_times.keep(session)
    key = "volc.apology.slow"
    made = suggestions.suggest(session, cast.amina, late.id, key, "nl")
    assert "binnen 2 uur te antwoorden" in made.text
    assert made.facts == {"reply_eta": versions(session, inbox)[0].version}
    time.forward(minutes=11)
    assert "binnen" not in suggestions.suggest(session, cast.amina, late.id, key, "nl").text
    assert (
        "antwoorden"
        not in suggestions.suggest(session, cast.amina, waiting(session, cast, other).id, key, "nl").text
    )


def test_nobody_types_it(session: Session, cast: Cast) -> None:
    number = factories.activated(session, cast.dev).id
    with pytest.raises(Refused, match="measures it"):
        factories.fact(session, cast.amina, number, "reply_eta", said={"en": "5 minutes", "nl": "5 minuten"})


def test_one_that_was_taken_back_is_measured_anew(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    number = factories.activated(session, cast.dev).id
    waiting(session, cast, inbox)
    reply_times.keep(session)
    slug = only(session, inbox).inbox_slug
    key = reply_time.fact_key(slug, "nl")
    assert board.one(session, number, key, time.at).state == "unknown"
    facts.retract(session, cast.dev, number, key, "the clock was wrong")
    reply_times.publish(session)
    assert [each.retracted_at is None for each in versions(session, inbox)] == [False, True]


def test_a_rehearsal_measures_its_own_inbox(session: Session, cast: Cast, time: Clock) -> None:
    assert time.at
    number = factories.activated(session, cast.dev, mode="rehearsal").id
    own = factories.inbox(session, rehearsal_id=number)
    real = factories.inbox(session)
    waiting(session, cast, own)
    waiting(session, cast, real)
    reply_times.keep(session)
    keys = {row.key for row in board.board(session, time.at) if row.key.startswith("reply_eta.")}
    assert keys == {reply_time.fact_key(only(session, own).inbox_slug, "nl")}


def test_measurements_are_removed_after_thirteen_months(
    session: Session, cast: Cast, inbox: int, time: Clock
) -> None:
    waiting(session, cast, inbox)
    reply_times.measure(session)
    time.forward(days=395)
    sweeping.sweep(session)
    counted = select(func.count()).where(ReplyTime.inbox_id == inbox)
    assert session.scalar(counted) == 1
    time.forward(days=2)
    sweeping.sweep(session)
    assert session.scalar(counted) == 0
