"""One person hears what is meant for them by direct message; a channel hears it when Slack knows nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import factories, standin
from tests.factories import Cast
from tests.standin import Answer, StandIn
from webcare import clock, db, settings
from webcare.models import Shift
from webcare.services import alerts, shifts
from webcare.services.alerts import Alert
from workers import notify

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")
FOUND = Answer(body={"ok": True, "user": {"id": "U0DEV"}})
NOBODY = Answer(body={"ok": False, "error": "users_not_found"})


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standin.running() as made:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
        monkeypatch.setenv("SLACK_API_URL", made.url)
        settings.get.cache_clear()
        yield made
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def cast() -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


def said(slack: StandIn) -> list[tuple[str, str]]:
    return [(each["body"]["channel"], each["body"]["text"]) for each in slack.taken if "text" in each["body"]]


def tell(place: str, kind: str = "press.waiting") -> None:
    with db.transaction() as session:
        alerts.raise_(session, Alert(kind, place, "Somebody writes.", f"{kind}:1"))


def test_a_direct_message_goes_to_the_account_behind_the_address(slack: StandIn, cast: Cast) -> None:
    slack.answers = [FOUND]
    tell(f"agent:{cast.dev.agent_id}|press")
    assert notify.drain() == 1
    assert slack.taken[0]["body"]["email"].startswith("dev.")
    assert said(slack) == [("U0DEV", "Somebody writes.")]


def test_the_channel_hears_it_when_slack_knows_nobody(slack: StandIn, cast: Cast) -> None:
    slack.answers = [NOBODY]
    tell(f"agent:{cast.dev.agent_id}|press")
    assert notify.drain() == 1
    assert said(slack) == [("#press", "Somebody writes.")]


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("news", "#company-news"),
        ("volunteers", "#volunteers"),
        ("security", "#security"),
        ("press", "#press"),
    ],
)
def test_every_name_that_playbooks_use_has_a_channel(slack: StandIn, name: str, channel: str) -> None:
    tell(name)
    notify.drain()
    assert said(slack) == [(channel, "Somebody writes.")]


def test_the_duty_lead_hears_of_somebody_who_needs_a_break(slack: StandIn, cast: Cast) -> None:
    with db.transaction() as session:
        factories.activated(session, cast.dev)
        began = clock.now() - shifts.decides.WITHOUT_BREAK
        session.add(Shift(agent_id=cast.vera.agent_id, started_at=began))
        session.flush()
        assert shifts.watch(session) == 1
    slack.otherwise = FOUND
    for _ in range(2):
        notify.drain()
    assert ("U0DEV", "^VE: 4 h without a break. Send them away from the screen.") in said(slack)


def test_the_whole_company_hears_what_came_into_force_and_only_for_real(slack: StandIn, cast: Cast) -> None:
    with db.transaction() as session:
        number = factories.activated(session, cast.dev).id
        factories.activated(session, cast.dev, mode="rehearsal")
    notify.drain()
    news = [text for channel, text in said(slack) if channel == "#company-news"]
    assert len(news) == 1
    assert f"/activations/{number}|Open the crisis room" in news[0]
