"""Calls for people once a shift, in the languages that lack them, and never from a rehearsal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.models import Alert
from webcare.queries import crisis_figures
from webcare.services import staffing

HOUR = timedelta(hours=1)


def calls(session: Session) -> list[tuple[str, str]]:
    staffing.watch(session)
    asked = select(Alert.slack_channel, Alert.text).where(Alert.kind == "staffing.gap").order_by(Alert.id)
    return [tuple(each) for each in session.execute(asked)]


def arrive(session: Session, cast: Cast, language: str, count: int, rehearsal_id: int | None = None) -> None:
    place = factories.inbox(session, rehearsal_id=rehearsal_id)
    for _ in range(count):
        values = {"inbox_id": place, "language": language, "rehearsal_id": rehearsal_id}
        factories.conversation(session, cast.team_id, **values)


def test_a_shift_that_lacks_people_is_called_for_once(session: Session, cast: Cast, time: Clock) -> None:
    factories.activated(session, cast.dev)
    arrive(session, cast, "de", 24)
    assert calls(session) == [], "In the first minutes nobody knows the flow."
    time.forward(minutes=26)
    ((channel, text),) = calls(session)
    assert channel == "volunteers"
    assert "3 people short for " in text
    assert "languages de. Sign up: http://127.0.0.1:8000/shifts/mine" in text
    time.forward(minutes=1)
    assert len(calls(session)) == 1


def test_the_next_shift_is_called_for_anew(session: Session, cast: Cast, time: Clock) -> None:
    factories.activated(session, cast.dev)
    time.forward(minutes=30)
    arrive(session, cast, "fr", 30)
    assert len(calls(session)) == 1
    time.forward(hours=4)
    arrive(session, cast, "fr", 30)
    assert len(calls(session)) == 2


def test_nobody_is_called_while_the_desk_keeps_up(session: Session, cast: Cast, time: Clock) -> None:
    factories.activated(session, cast.dev)
    time.forward(minutes=30)
    arrive(session, cast, "nl", 4)
    assert calls(session) == []


def test_on_a_quiet_day_nobody_is_called(session: Session, cast: Cast, time: Clock) -> None:
    assert time.at
    arrive(session, cast, "nl", 50)
    assert calls(session) == []


def test_a_rehearsal_calls_nobody_and_shows_its_own_need(session: Session, cast: Cast, time: Clock) -> None:
    number = factories.activated(session, cast.dev, mode="rehearsal").id
    time.forward(minutes=30)
    arrive(session, cast, "de", 24, rehearsal_id=number)
    assert calls(session) == []
    shown = crisis_figures.measured(session, number, time.at).staffing
    assert (shown.short, shown.languages) == (3, ("de",))
    assert "de" not in crisis_figures.measured(session, None, time.at).staffing.languages


def test_who_answered_and_who_goes_home_is_counted(session: Session, cast: Cast, time: Clock) -> None:
    arrive(session, cast, "de", 6)
    one = factories.conversation(session, cast.team_id, language="de")
    values = {"direction": "outbound", "agent_id": cast.amina.agent_id, "sent_at": time.at}
    factories.message(session, one, "Guten Tag", **values)
    (need,) = [
        each
        for each in crisis_figures.measured(session, None, time.at).staffing.needs
        if each.language == "de"
    ]
    assert (need.flow.arrivals, need.flow.replies, need.flow.people) == (7, 1, 1)
