"""Every way in which Slack can answer has one meaning, and no message is posted twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests import standin
from tests.standin import Answer, StandIn
from webcare.errors import ChannelError
from workers import slack_client


@pytest.fixture
def slack() -> Iterator[StandIn]:
    with standin.running() as made:
        yield made


def post(url: str) -> str:
    return slack_client.post("xoxb-test", url, "#crisis", "It is late.", 7)


def test_a_message_that_was_taken_has_a_timestamp_and_our_number(slack: StandIn) -> None:
    assert post(slack.url) == "#crisis/17.1"
    (request,) = slack.taken
    assert (request["path"], request["body"]["channel"]) == ("/chat.postMessage", "#crisis")
    assert request["body"]["metadata"]["event_payload"] == {"alert_id": 7}
    assert request["headers"]["authorization"] == "Bearer xoxb-test"


@pytest.mark.parametrize(
    ("answer", "permanent", "certainty", "retry_after"),
    [
        (Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"}), False, "not_sent", 7.0),
        (Answer(429, b"slow down", {"Retry-After": "soon"}), False, "not_sent", 30.0),
        (Answer(200, {"ok": False, "error": "channel_not_found"}), True, "not_sent", None),
        (Answer(200, {"ok": False, "error": "invalid_auth"}), True, "not_sent", None),
        (Answer(200, {"ok": False, "error": "internal_error"}), False, "unknown", None),
        (Answer(500, {"ok": False}), False, "unknown", None),
        (Answer(502, b"<html>bad gateway</html>", {"Content-Type": "text/html"}), False, "unknown", None),
        (Answer(200, b"not json at all"), False, "unknown", None),
        (Answer(200, b"[1, 2]"), False, "unknown", None),
        (Answer(is_reset=True), False, "unknown", None),
    ],
)
def test_each_answer_has_its_meaning_and_is_asked_for_once(
    slack: StandIn, answer: Answer, permanent: bool, certainty: str, retry_after: float | None
) -> None:
    slack.answers = [answer]
    with pytest.raises(ChannelError) as caught:
        post(slack.url)
    error = caught.value
    assert (error.permanent, error.certainty, error.retry_after) == (permanent, certainty, retry_after)
    assert len(slack.taken) == 1


def test_a_door_that_is_shut_is_certainly_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ChannelError) as caught:
        post(f"http://127.0.0.1:{port}/")
    assert (caught.value.permanent, caught.value.certainty) == (False, "not_sent")


def test_silence_ends_after_the_time_limit_as_unknown(
    slack: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slack_client, "TIMEOUT_S", 0.3)
    slack.answers = [Answer(wait_s=1.0)]
    with pytest.raises(ChannelError) as caught:
        post(slack.url)
    assert caught.value.certainty == "unknown"


def test_the_token_is_asked_whose_it_is(slack: StandIn) -> None:
    slack.answers = [Answer(200, {"ok": True, "user": "webcare", "team": "Polder Air"})]
    assert slack_client.who("xoxb-test", slack.url) == "webcare in Polder Air"
