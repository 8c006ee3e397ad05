"""Posting replies to a real server that takes, refuses, breaks off and dawdles."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from tests.channels.conftest import (
    SECRET,
    Receiver,
    answering,
    dripping,
    free_port,
    inbox,
    reply,
    resetting,
    settings,
)
from webcare import clock
from webcare.channels import egress, network, webhook
from webcare.channels.webhook.delivery import retry_after
from webcare.domain.utterances import InboxConfig, Raw, Sent
from webcare.errors import ChannelError


def to(url: str, **options: object) -> InboxConfig:
    return inbox("webhook", options={"outbound_url": url, "allow_private": True} | options)


def deliver(config: InboxConfig) -> Sent:
    return webhook.send(reply(threading={"thread": "t-1"}), config, settings())


def failure(config: InboxConfig) -> ChannelError:
    with pytest.raises(ChannelError) as caught:
        deliver(config)
    return caught.value


def test_posts_signed_json_once_under_the_replys_own_id(receiver: Receiver) -> None:
    receiver.react = answering(201, b'{"id": 99}')
    assert deliver(to(receiver.url)) == Sent("99", "HTTP 201")
    ((headers, body),) = receiver.requests
    assert headers["Idempotency-Key"] == reply().message_id
    webhook.verify(Raw(body, headers), inbox("webhook"), clock.now())
    assert json.loads(body)["to"]["id"] == "eve@example.com"
    assert json.loads(body)["thread"] == "t-1"
    assert SECRET not in str(headers)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 50_000, b'{"id": {}}', b"x" * 200_000])
def test_a_success_is_a_success_whatever_its_body(receiver: Receiver, body: bytes) -> None:
    receiver.react = answering(200, body)
    assert deliver(to(receiver.url)).provider_id == ""


def test_too_many_requests_waits_as_long_as_asked(receiver: Receiver) -> None:
    receiver.react = answering(429, Retry_After="17")
    error = failure(to(receiver.url))
    assert (error.permanent, error.certainty, error.retry_after) == (False, "not_sent", 17.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 422, 308])
def test_a_refusal_in_so_many_words_is_final(receiver: Receiver, status: int) -> None:
    receiver.react = answering(status, Location="http://127.0.0.1:1/other")
    error = failure(to(receiver.url))
    assert (error.permanent, error.certainty) == (True, "not_sent")
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 409, 302, 418])
def test_an_answer_that_leaves_it_open_is_unknown(receiver: Receiver, status: int) -> None:
    receiver.react = answering(status)
    error = failure(to(receiver.url))
    assert (error.permanent, error.certainty) == (False, "unknown")
    assert len(receiver.requests) == 1


def test_a_reset_after_the_request_is_unknown(receiver: Receiver) -> None:
    receiver.react = resetting
    assert failure(to(receiver.url)).certainty == "unknown"
    assert len(receiver.requests) == 1


def test_the_deadline_is_total_and_a_dripping_answer_is_unknown(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(egress, "Deadline", lambda: network.Deadline(0.3))
    receiver.react = dripping
    start = time.monotonic()
    assert failure(to(receiver.url)).certainty == "unknown"
    assert time.monotonic() - start < 0.8


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{port}/", "http://nowhere.invalid/", "https://127.0.0.1:{port}/"]
)
def test_what_cannot_be_reached_is_not_sent_and_waits(url: str) -> None:
    error = failure(to(url.format(port=free_port())))
    assert (error.permanent, error.certainty) == (False, "not_sent")


def test_a_failed_tls_handshake_is_not_sent(receiver: Receiver) -> None:
    error = failure(to(receiver.url.replace("http://", "https://")))
    assert (error.permanent, error.certainty) == (False, "not_sent")
    assert receiver.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
    ],
)
def test_private_addresses_are_shut_unless_opened(host: str) -> None:
    error = failure(to(f"https://{host}:1/", allow_private=False))
    assert (error.permanent, error.certainty) == (True, "not_sent")
    assert "allow_private" in str(error)


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "https://a:b@example.com/", "https://", "::"]
)
def test_other_schemes_and_passwords_are_refused(url: str) -> None:
    assert failure(to(url, allow_private=False)).permanent


@pytest.mark.parametrize(
    "config", [inbox("webhook"), inbox("webhook", secrets=(), options={"outbound_url": "https://a.b"})]
)
def test_an_unfinished_inbox_waits_and_says_what_is_missing(config: InboxConfig) -> None:
    error = failure(config)
    assert (error.permanent, error.certainty) == (False, "not_sent")
    assert "polder" in str(error)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(None, None), ("", None), ("abc", None), ("5", 5), ("9" * 40, 86400), ("-3", None), ("²", None)],
)
def test_reads_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_reads_a_date_in_retry_after() -> None:
    moment = (clock.now() + timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert 50 < (retry_after(moment) or 0) <= 60
