"""Promise 10: activation pauses a planned post, and stand-down doesn't resume it by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.promises import acting
from tests.services.conftest import Clock
from tests.standin import Answer, StandIn
from tests.views.conftest import Desk
from webcare import db
from webcare.services import broadcasts

pytestmark = pytest.mark.usefixtures("clean_redis")

CRISIS = {"playbook": factories.ASH, "reason": "Ash over the hub", "mode": "real", "confirmed": "1"}
END = {
    "reason": "The sky is clear",
    "override_reason": "a drill of the desk",
    "help_stays_en": "Write to us.",
}


def _planned(desk: Desk, time: Clock, minutes: int) -> int:
    """Plan a post on the screen for in so many minutes, with a lead's yes."""
    dev = desk.browser(desk.cast.dev)
    at = (time.at + timedelta(minutes=minutes)).isoformat()
    form: dict[str, Any] = {"kind": "post", "text_en": "Summer sale!", "publish_at": at}
    where = dev.post("/broadcasts", form).headers["Location"]
    for step in ("submission", "approval"):
        dev.post(f"{where}/{step}", {"seen_version": "1"})
    assert acting.rows("SELECT state FROM broadcasts") == [("approved",)]
    return int(where.rpartition("/")[2])


def _due(time: Clock, provider: StandIn) -> int:
    """Let two hours pass as the clock and the workers do, and return what has reached the stand-in."""
    time.forward(hours=2)
    with db.transaction() as session:
        broadcasts.publish_due(session, 10)
    acting.work()
    return len(provider.taken)


@pytest.fixture
def past(desk: Desk, time: Clock, provider: StandIn) -> Clock:
    """Return a clock that began yesterday (posts go by the database's), with a place to post to."""
    time.at -= timedelta(hours=24)
    acting.outlet(desk, provider, languages=["en"])
    return time


def test_a_planned_post_waits_for_a_person_through_the_crisis_and_after(
    desk: Desk, past: Clock, provider: StandIn
) -> None:
    dev = desk.browser(desk.cast.dev)
    number = _planned(desk, past, 60)
    where = dev.post("/activations", CRISIS).headers["Location"]
    assert _due(past, provider) == 0
    dev = desk.browser(desk.cast.dev)
    assert dev.post(f"{where}/stand-down", END).status_code == 303
    assert _due(past, provider) == 0
    dev = desk.browser(desk.cast.dev)
    assert "paused" in dev.get(f"/broadcasts/{number}").text.lower()
    assert dev.post(f"/broadcasts/{number}/resumption", {"seen_version": "1"}).status_code == 303
    assert _due(past, provider) == 1


def test_without_a_crisis_it_leaves_at_its_time(desk: Desk, past: Clock, provider: StandIn) -> None:
    _planned(desk, past, 60)
    assert _due(past, provider) == 1


def test_a_post_that_is_tried_again_when_the_crisis_begins_does_not_leave_either(
    desk: Desk, past: Clock, provider: StandIn
) -> None:
    provider.answers = [Answer(429, {}, {"Retry-After": "1"})]
    _planned(desk, past, 60)
    assert _due(past, provider) == 1
    desk.browser(desk.cast.dev).post("/activations", CRISIS)
    acting.rows("DELETE FROM pauses RETURNING key")
    acting.rows("UPDATE broadcast_posts SET not_before = now() - interval '1 hour' RETURNING id")
    assert _due(past, provider) == 1
    ((state, words),) = acting.rows("SELECT state, words FROM broadcast_posts")
    assert (state, "crisis" in words) == ("failed", True)
