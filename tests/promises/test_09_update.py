"""Promise 9: an overdue update alerts at T-15, T-0 and every 5 minutes; posting "no change" clears it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests import factories
from tests.promises import acting
from tests.services.conftest import Clock
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db, settings
from webcare.services import activation
from workers import notify

pytestmark = pytest.mark.usefixtures("clean_redis")


@pytest.fixture
def slack(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
    monkeypatch.setenv("SLACK_API_URL", provider.url)
    settings.get.cache_clear()
    return provider


def _minutes_with_an_alert(time: Clock, slack: StandIn, minutes: int) -> list[int]:
    """Let so many minutes pass, and return those in which Slack heard of the update."""
    heard = []
    for minute in range(minutes):
        before = len(slack.taken)
        with db.transaction() as session:
            activation.alert_updates(session)
            # One message a second and channel is Slack's own pace, kept by the database's clock.
            session.execute(text("DELETE FROM pauses"))
        notify.drain()
        heard += [minute] if len(slack.taken) > before else []
        time.forward(minutes=1)
    return heard


def test_it_alerts_at_these_minutes_until_no_change_is_posted(
    desk: Desk, time: Clock, slack: StandIn
) -> None:
    time.at -= timedelta(hours=3)
    with db.transaction() as session:
        due = time.at + timedelta(minutes=30)
        number = factories.activated(session, desk.cast.dev, next_update_at=due).id
        factories.fact(session, desk.cast.amina, number, "airspace_status", is_public=True, valid_minutes=300)
    notify.drain()
    slack.taken.clear()
    assert _minutes_with_an_alert(time, slack, 48) == [15, 30, 35, 40, 45]
    assert "late" in slack.taken[-1]["body"]["text"]
    form = {"activation_id": number, "minutes": "60"}
    said = desk.browser(desk.cast.dev).post("/broadcasts/nochange", form)
    assert said.status_code == 303, said.text
    acting.rows("UPDATE alerts SET state = 'sent' WHERE kind NOT LIKE 'next_update%' RETURNING id")
    assert _minutes_with_an_alert(time, slack, 62) == [45, 60]
