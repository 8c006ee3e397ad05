"""Raises the alerts that playbooks name for themselves: facts, hours, offers, silence, our own tool."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from tests.signs_stage import NOON, Stage, crisis, noon, stage, told, writes
from webcare.models import Activation, Agent, Alert, Delivery, DeliveryAttempt, Pause
from webcare.services import alert_queue, facts, signs

__all__ = ["noon", "stage"]

FACTS = [
    ("volcanic-ash", "airspace.changed", "airspace_status", 2),
    ("it-outage", "eta.changed", "eta", 2),
    ("strike-own-staff", "talks.result", "talks_status", 2),
    ("strike-third-party", "cancellation.list.published", "flights_cancelled", 1),
    ("severe-weather", "reopen.slipped", "reopen_estimate", 2),
    ("data-breach", "scope.changed", "data_fields.iban", 2),
    ("service-outage-energy", "restore.slipped", "restore_estimate", 2),
    ("service-outage-telecom", "restore.slipped", "restore_estimate", 2),
    ("service-outage-telecom", "workaround.found", "workaround", 1),
]


@pytest.mark.parametrize("case", FACTS)
def test_a_fact_that_changes_is_told_once(stage: Stage, case: tuple[Any, ...]) -> None:
    session, cast, noon = stage
    playbook, kind, key, news = case
    number = crisis(session, cast, playbook)
    for count in range(1, news + 1):
        assert told(session, kind) == []
        said = {"en": f"words {count}", "nl": f"woorden {count}"}
        factories.fact(session, cast.dev, number, key, said=said)
        noon.forward(minutes=1)
    (text,) = told(session, kind)
    assert f"{news}" in text
    assert told(session, kind) == [text]
    said = {"en": f"words {news}", "nl": f"woorden {news}"}
    factories.fact(session, cast.dev, number, key, said=said)
    assert told(session, kind) == [text], "Renewed with the same words nothing has changed."


def test_a_statement_is_told_when_two_people_stand_behind_its_address(
    session: Session, cast: Cast, noon: Clock
) -> None:
    number = crisis(session, cast, "safety-incident")
    said = dict.fromkeys(("en", "nl"), "example.org/statement")
    factories.fact(session, cast.amina, number, "official_statement_url", said=said)
    assert told(session, "statement.released") == []
    facts.verify(session, cast.bram, number, "official_statement_url")
    (text,) = told(session, "statement.released")
    assert "safe.statement" in text


def test_the_second_change_renews_the_message_of_the_first(session: Session, cast: Cast, noon: Clock) -> None:
    number = crisis(session, cast, "volcanic-ash")
    for count in range(3):
        said = dict.fromkeys(("en", "nl"), f"closed {count}")
        factories.fact(session, cast.dev, number, "airspace_status", said=said)
        noon.forward(minutes=1)
        signs.watch(session)
        changed = Alert.kind == "airspace.changed"
        session.execute(update(Alert).where(~changed).values(state="desk"))
        session.execute(delete(Pause))
        ready = alert_queue.claim(session)
        assert (ready is None) == (count == 0)
        if ready is not None:
            assert ready.earlier == (None if count == 1 else "C1/1.1")
            session.execute(
                update(Alert)
                .where(Alert.id == ready.id)
                .values(state="sent", slack_ts="C1/1.1", changed_at=noon.at)
            )


@pytest.mark.parametrize(("hours", "said"), [(23, []), (25, ["25 of"]), (49, ["49 of"]), (67, ["67 of"])])
def test_the_clock_of_72_hours_counts_from_the_activation(
    session: Session, cast: Cast, noon: Clock, hours: int, said: list[str]
) -> None:
    crisis(session, cast, "data-breach")
    noon.forward(hours=hours)
    found = told(session, "clock.72h")
    assert [each[:5] for each in found] == said
    noon.forward(minutes=30)
    assert told(session, "clock.72h") == found


def test_the_clock_stops_when_the_authority_was_told(session: Session, cast: Cast, noon: Clock) -> None:
    number = crisis(session, cast, "data-breach")
    noon.forward(hours=20)
    factories.fact(session, cast.dev, number, "authority_notified_at")
    noon.forward(hours=50)
    assert told(session, "clock.72h") == []


def test_a_missing_way_around_is_told_after_half_an_hour(session: Session, cast: Cast, noon: Clock) -> None:
    number = crisis(session, cast, "it-outage")
    writes(session, cast, "status_info", 2)
    noon.forward(minutes=29)
    assert told(session, "workaround.missing") == []
    noon.forward(minutes=2)
    (text,) = told(session, "workaround.missing")
    assert text.startswith("No way around it for 31 min; 2 conversations")
    factories.fact(session, cast.dev, number, "workaround")
    noon.forward(minutes=16)
    told(session, "workaround.missing")
    assert session.scalar(select(Alert.count).where(Alert.kind == "workaround.missing")) == 1


def test_a_list_that_is_not_posted_is_told_from_half_past_seven(
    session: Session, cast: Cast, noon: Clock
) -> None:
    crisis(session, cast, "severe-weather")
    noon.forward(hours=7, minutes=29)
    assert told(session, "list.tomorrow.missing") == []
    noon.forward(minutes=1)
    assert len(told(session, "list.tomorrow.missing")) == 1


def test_the_wave_of_tomorrow_is_told_once_a_day_at_eight(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "strike-own-staff")
    writes(session, cast, "rebook", 3, deadline_at=NOON + timedelta(hours=20))
    assert told(session, "wave.next_day") == []
    noon.forward(hours=8)
    (text,) = told(session, "wave.next_day")
    assert "3 conversations are about tomorrow. Shift: 20:00-00:00" in text
    noon.forward(hours=3)
    assert told(session, "wave.next_day") == [text]


LITTLE = [
    ("volcanic-ash", "care.capacity.low", "hotel_capacity", "about 12 rooms", "1,200 rooms", 0),
    ("severe-weather", "care.capacity.low", "camp_beds", "8 beds", "80 beds", 0),
    ("product-recall", "reach.below_target", "reached_share", "62% of the buyers", "71%", 25),
]


@pytest.mark.parametrize("case", LITTLE)
def test_too_little_left_is_told(stage: Stage, case: tuple[Any, ...]) -> None:
    session, cast, noon = stage
    playbook, kind, key, few, many, hours = case
    number = crisis(session, cast, playbook)
    noon.forward(hours=hours)
    for words, said in ((many, 0), ("nobody counted", 0), (few, 1)):
        factories.fact(session, cast.dev, number, key, said={"en": words, "nl": words})
        assert len(told(session, kind)) == said


def test_offers_that_lapse_within_the_hour_are_counted(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "volcanic-ash")
    for until in ("12:50 CET", "18:00 CET"):
        one = factories.conversation(session, cast.team_id)
        text = "Please check before I book: ZZ482. Is every name, date and airport right?"
        text = f"{text} Reply YES before {until} and it's yours. ^AM"
        values = {"direction": "outbound", "reply_template": "volc.rebook.readback", "sent_at": noon.at}
        factories.message(session, one, text, **values, agent_id=cast.amina.agent_id)
    assert told(session, "offer.expiring") == [
        "1 offers for a new flight lapse within 60 min. " + link(session)
    ]


def link(session: Session) -> str:
    number = session.scalar(select(Activation.id).where(Activation.ended_at.is_(None)))
    return f"http://127.0.0.1:8000/activations/{number}"


def test_the_backlog_of_four_hours_ahead_is_told(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "volcanic-ash")
    writes(session, cast, "rebook", 15)
    assert told(session, "backlog.forecast") == []
    writes(session, cast, "rebook", 10)
    (text,) = told(session, "backlog.forecast")
    assert text.startswith("In 4 hours 125 conversations will wait")


def test_silence_is_told_and_so_is_who_tries_to_break_it(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "safety-incident")
    (text,) = told(session, "hold.engaged")
    assert "everything is held, by Dev, since 12:00 CET" in text
    one = factories.conversation(session, cast.team_id)
    assert signs.attempted(session, cast.amina, one.id, None) == 1
    (text,) = told(session, "outbound.attempted")
    assert text.startswith("^AM tried to send a reply of their own on Polder Air;")


def test_access_that_nobody_uses_is_told_once_a_day(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "data-breach")
    session.execute(update(Agent).values(created_at=noon.at))
    noon.forward(hours=80)
    (text,) = told(session, "agent.access.review")
    assert "didn't sign in for 72 h" in text


def test_our_own_tool_that_fails_is_told(session: Session, cast: Cast, noon: Clock) -> None:
    crisis(session, cast, "it-outage")
    one = factories.conversation(session, cast.team_id)
    for count in range(6):
        number = factories.message(session, one, "Hi", direction="outbound", agent_id=cast.amina.agent_id)
        given = {
            "inbox_id": one.inbox_id,
            "not_before": noon.at,
            "created_at": noon.at,
            "changed_at": noon.at,
        }
        delivery = Delivery(message_id=number, **given)
        session.add(delivery)
        session.flush()
        tried = {"attempt_no": 1, "worker": "w", "started_at": noon.at, "ended_at": noon.at}
        outcome = "retry" if count % 2 else "sent"
        session.add(DeliveryAttempt(delivery_id=delivery.id, **tried, outcome=outcome, words=""))
    session.flush()
    (text,) = told(session, "own_tool.degraded")
    assert "Polder Air, 50% since 12:00 CET" in text


def test_a_rehearsal_pages_nobody_and_says_what_it_is(session: Session, cast: Cast, noon: Clock) -> None:
    number = crisis(session, cast, "volcanic-ash", mode="rehearsal")
    factories.conversation(session, intents=["unaccompanied_minor"], urgency=1, rehearsal_id=number)
    assert told(session, "um.unescorted") == []
    for words in ("closed", "open"):
        factories.fact(session, cast.dev, number, "airspace_status", said=dict.fromkeys(("en", "nl"), words))
        noon.forward(minutes=1)
    texts = told(session, "airspace.changed")
    assert texts
    assert all(each.startswith("Rehearsal: ") for each in texts)


def test_what_the_activation_does_not_cover_counts_for_nothing(
    session: Session, cast: Cast, noon: Clock
) -> None:
    crisis(session, cast, "data-breach")
    session.execute(update(Activation).values(scope={"languages": ["fr"]}))
    writes(session, cast, "spam_scam", 5, language="nl")
    assert told(session, "phish.wave") == []
    writes(session, cast, "spam_scam", 5, language="fr")
    assert len(told(session, "phish.wave")) == 1
