"""Promise 13: when Slack slows down or is away, alerts queue, the desk shows them, and each arrives once."""

from __future__ import annotations

import pytest

from tests.promises import acting
from tests.standin import Answer, StandIn
from tests.views.conftest import Desk
from webcare import db, settings
from webcare.services import alerts
from webcare.services.alerts import Alert
from workers import notify

pytestmark = pytest.mark.usefixtures("clean_redis")


@pytest.fixture
def slack(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_API_URL", provider.url)
    settings.get.cache_clear()
    return provider


def _raise(*words: str) -> None:
    with db.transaction() as session:
        for each in words:
            alerts.raise_(session, Alert("fact.expired", "facts", each, each))


def _later() -> None:
    """Let the time that Slack asked for pass."""
    acting.rows("DELETE FROM pauses RETURNING key")
    acting.rows("UPDATE alerts SET not_before = now() - interval '1 second' RETURNING id")


@pytest.mark.parametrize(
    "trouble",
    [Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "120"}), None],
    ids=["rate limit", "outage"],
)
def test_alerts_wait_where_people_see_them_and_arrive_once(
    desk: Desk, slack: StandIn, monkeypatch: pytest.MonkeyPatch, trouble: Answer | None
) -> None:
    slack.answers = [trouble] if trouble else []
    monkeypatch.setenv("SLACK_API_URL", slack.url if trouble else "http://127.0.0.1:9/")
    settings.get.cache_clear()
    _raise("one fact is over", "another fact is over")
    notify.drain()
    page = desk.browser(desk.cast.amina).get("/alerts").text
    assert "one fact is over" in page
    assert "another fact is over" in page
    shown = desk.browser(desk.cast.amina).json("/alerts")["alerts"]
    assert {each["state"] for each in shown} == {"queued"}
    monkeypatch.setenv("SLACK_API_URL", slack.url)
    settings.get.cache_clear()
    refused = len(slack.taken)
    for _ in range(4):
        _later()
        notify.drain()
    arrived = [each["body"]["text"] for each in slack.taken[refused:]]
    assert sorted(arrived) == ["another fact is over", "one fact is over"]
    assert acting.rows("SELECT DISTINCT state FROM alerts") == [("sent",)]
