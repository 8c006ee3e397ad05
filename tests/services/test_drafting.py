"""Suggestions fill in what we know, say what is missing, and offer the usable replies first."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import NotAllowed
from webcare.models import Conversation
from webcare.queries import inbox, replies
from webcare.services import drafting
from webcare.services.facts import FactEntry, state, verify


def test_what_is_missing_is_named_and_stands_between_braces(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.reply.status", "en")
    assert made.text.startswith("Hi Eve, ZZ123 isn't flying.")
    assert made.unfilled == ("cancelled_until", "next_update_at")
    assert [problem.split("'")[1] for problem in made.problems] == ["cancelled_until", "next_update_at"]
    assert made.text.endswith("^AM")


def test_an_unknown_restart_is_said_as_such_and_may_leave(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    at = factories.activated(session, cast.dev).id
    for key in ("airspace_status", "doing", "action", "next_update_at"):
        factories.fact(session, cast.amina, at, key)
    state(session, cast.amina, FactEntry(at, "restart_estimate", "unknown", {}, ""))
    made = drafting.suggest(session, cast.amina, thread.id, "volc.status.update", "en")
    assert (made.problems, made.unfilled) == ((), ())
    assert made.facts["restart_estimate"] == 1
    assert "nobody knows yet" in made.text.lower()


def test_as_of_and_hours_come_from_the_clock(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    at = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, at, "airspace_status", valid_minutes=600)
    factories.fact(session, cast.amina, at, "next_update_at", valid_minutes=600)
    time.forward(hours=3, minutes=10)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.nochange", "en")
    assert made.text.startswith(time.at.astimezone(ZoneInfo("Europe/Amsterdam")).strftime("%H:%M %Z"))
    slow = drafting.suggest(session, cast.amina, thread.id, "volc.apology.slow", "en")
    assert " 3 hours" in slow.text


def test_usable_replies_come_first_and_among_them_the_fitting_ones(session: Session, cast: Cast) -> None:
    thread = factories.conversation(session, cast.team_id, intents=["medical"], urgency=1)
    at = factories.activated(session, cast.dev).id
    for key in ("local_emergency", "med_contact"):
        factories.fact(session, cast.amina, at, key)
        verify(session, cast.bram, at, key)
    found = replies.shelf(session, inbox.row(session, cast.dev, thread.id), clock.now()).choices
    assert found[0].key == "volc.med"
    order = [(not each.fits, bool(each.problems), -each.fits) for each in found]
    assert order == sorted(order)
    assert len({each.key for each in found}) == len(found)


def test_observers_read_only(session: Session, cast: Cast, thread: Conversation) -> None:
    with pytest.raises(NotAllowed):
        drafting.suggest(session, cast.olga, thread.id, "base.nochange", "en")
