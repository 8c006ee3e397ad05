"""Slack hears every alert once, at its own pace, and nothing that a contact wrote."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import text

from tests import outgoing, standin
from tests.standin import Answer, StandIn
from webcare import db, settings
from webcare.services import alerts, urgent_alerts
from webcare.services.alerts import Alert
from workers import notify

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with standin.running() as made:
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-test")
        monkeypatch.setenv("SLACK_API_URL", made.url)
        settings.get.cache_clear()
        yield made
    monkeypatch.undo()
    settings.get.cache_clear()


def raise_(key: str, words: str = "It is late.", channel: str = "crisis") -> None:
    with db.transaction() as session:
        alerts.raise_(session, Alert("next_update.due", channel, words, key))


def rows() -> list[Any]:
    with db.transaction() as session:
        return list(session.execute(text("SELECT * FROM alerts ORDER BY id")).all())


def texts(slack: StandIn) -> list[tuple[str, str]]:
    return [(each["body"]["channel"], each["body"]["text"]) for each in slack.taken]


def test_an_alert_arrives_once_counted_and_harmless(slack: StandIn) -> None:
    raise_("a", "<!channel> one")
    raise_("a", "<!channel> two")
    assert (notify.drain(), notify.drain()) == (1, 0)
    assert texts(slack) == [("#crisis", "&lt;!channel&gt; two (2x)")]
    assert [(row.state, row.slack_ts) for row in rows()] == [("sent", "#crisis/17.1")]


def renewing(key: str, words: str) -> None:
    with db.transaction() as session:
        alerts.raise_(session, Alert("rumour.cluster", "crisis", words, key))
    notify.drain()


def test_what_was_said_before_is_renewed_in_its_own_message(slack: StandIn) -> None:
    renewing("cluster", "10 messages")
    slack.answers = [Answer(200, {"ok": True, "channel": "C07", "ts": "17.1"})]
    renewing("cluster", "14 messages")
    assert [each["path"] for each in slack.taken] == ["/chat.postMessage", "/chat.update"]
    assert (slack.taken[1]["body"]["ts"], slack.taken[1]["body"]["text"]) == ("17.1", "14 messages")


def test_when_the_message_is_gone_a_new_one_is_posted(slack: StandIn) -> None:
    renewing("cluster", "10 messages")
    slack.answers = [Answer(200, {"ok": False, "error": "message_not_found"})]
    renewing("cluster", "14 messages")
    paths = [each["path"] for each in slack.taken]
    assert paths == ["/chat.postMessage", "/chat.update", "/chat.postMessage"]


def test_a_page_is_posted_anew_because_an_edit_rings_no_telephone(slack: StandIn) -> None:
    for words in ("soon", "late"):
        raise_("promise", words)
        notify.drain()
    assert [each["path"] for each in slack.taken] == ["/chat.postMessage"] * 2


def test_one_slack_channel_hears_one_a_second(slack: StandIn) -> None:
    for key in ("a", "b", "c"):
        raise_(key)
    raise_("d", channel="duty")
    assert notify.drain() == 4
    crisis = [each["at"] for each in slack.taken if each["body"]["channel"] == "#crisis"]
    gaps = [later - sooner for sooner, later in pairwise(crisis)]
    assert min(gaps) > 0.95
    assert slack.taken[1]["body"]["channel"] == "#crisis-duty"


def test_retry_after_is_kept_and_then_it_arrives(slack: StandIn) -> None:
    slack.answers = [Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"})]
    raise_("a")
    assert notify.drain() == 2
    assert slack.taken[1]["at"] - slack.taken[0]["at"] >= 1.0
    assert rows()[0].state == "sent"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(500, {"ok": False}), "unknown"),
        (Answer(is_reset=True), "unknown"),
        (Answer(200, {"ok": False, "error": "not_in_channel"}), "failed"),
    ],
)
def test_troubles_with_slack_stand_on_the_alert_and_raise_no_other(
    slack: StandIn, answer: Answer, state: str
) -> None:
    slack.answers = [answer]
    raise_("a")
    notify.drain()
    notify.drain()
    (row,) = rows()
    assert row.state == state
    assert "Slack" in row.words
    assert len(slack.taken) == 1


def test_a_u0_names_the_conversation_and_not_one_word_of_its_contact(slack: StandIn) -> None:
    with db.transaction() as session:
        talk = outgoing.conversation(session, outgoing.inbox(session), state="open", urgency=0)
        outgoing.message(session, talk, "inbound", "secret words of a contact")
        told = "UPDATE conversations SET preview = 'secret words of a contact', subject = 'secret words'"
        session.execute(text(told))
        urgent_alerts.received(session, [talk])
    notify.drain()
    ((channel, words),) = texts(slack)
    assert channel == "#crisis-duty"
    assert f"#{talk}," in words
    assert f"/conversations/{talk}|" in words
    assert "secret" not in str(slack.taken[0]["body"])


def test_without_a_token_alerts_stand_on_the_desk() -> None:
    raise_("a")
    assert notify.drain() == 0
    assert rows()[0].state == "desk"
