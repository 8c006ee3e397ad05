"""Promise 7: no booking is confirmed without a YES after the last change of the journey."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db, playbooks
from webcare.queries.inboxes import InboxRow

pytestmark = pytest.mark.usefixtures("clean_redis")

FIRST = "ZZ482, Tue 20 Apr, AMS 09:55 - JFK 12:05"
CHANGED = "ZZ484, Wed 21 Apr, AMS 10:55 - JFK 13:05"


@pytest.fixture
def inbox(desk: Desk, provider: StandIn) -> InboxRow:
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev)
    return acting.outlet(desk, provider)


def _key(step: str) -> str:
    book = playbooks.load(factories.ASH, playbooks.shipped())
    return next(each.key for each in book.replies if each.step == step)


def _says(desk: Desk, talk: int, step: str, journey: str) -> list[str]:
    """Send that step of a booking about a journey, and return what stands in its way."""
    words = {"itinerary": journey, "offer_expires_at": "18:00 CEST", "booking": "K7PQ2M"}
    filled = acting.fill(desk.cast.amina, talk, _key(step), **words)
    body: Any = acting.answer(desk.browser(desk.cast.amina), talk, filled).json
    return list(body.get("reasons", []))


def test_only_a_yes_after_the_last_change_lets_the_confirmation_leave(
    desk: Desk, inbox: InboxRow, provider: StandIn
) -> None:
    talk = acting.hear(desk, inbox, "Can you rebook me to New York?", language="en")

    def obstacle(journey: str) -> str:
        return " ".join(_says(desk, talk, "confirmation", journey))

    assert "Read the journey back first" in obstacle(FIRST)
    assert _says(desk, talk, "read-back", FIRST) == []
    assert "not said YES" in obstacle(FIRST)
    acting.hear(desk, inbox, "How long have I got?")
    assert "not said YES" in obstacle(FIRST)
    acting.hear(desk, inbox, "YES")
    acting.hear(desk, inbox, "wait, can it be a day later?")
    assert "asked for a change" in obstacle(FIRST)
    assert "isn't the one" in obstacle(CHANGED)
    assert _says(desk, talk, "read-back", CHANGED) == []
    assert "isn't the one" in obstacle(FIRST)
    assert "not said YES" in obstacle(CHANGED)
    acting.hear(desk, inbox, "yes please")
    assert obstacle(CHANGED) == ""
    assert [CHANGED in words for words in acting.taken(provider)] == [False, True, True]
