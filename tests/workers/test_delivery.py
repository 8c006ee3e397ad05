"""Replies leave once; a rehearsal's never; a provider in trouble troubles nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest
from sqlalchemy import text

from tests import outgoing, standin
from tests.outgoing import Reply
from tests.standin import Answer, StandIn
from webcare import channels, db
from webcare.services import outbox
from workers import delivery

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")


@pytest.fixture
def provider() -> Iterator[StandIn]:
    with standin.running() as made:
        yield made


def queue(count: int, provider: StandIn, **options: Any) -> list[Reply]:
    with db.transaction() as session:
        inbox = outgoing.inbox(session, outbound_url=provider.url, allow_private=True, **options)
        return [outgoing.reply(session, inbox) for _ in range(count)]


def states() -> Counter[str]:
    with db.transaction() as session:
        return Counter(session.execute(text("SELECT state FROM deliveries")).scalars())


def keys(provider: StandIn) -> Counter[str]:
    return Counter(each["headers"]["idempotency-key"] for each in provider.taken)


def test_everything_due_leaves_once(provider: StandIn) -> None:
    replies = queue(45, provider)
    assert delivery.drain() == 45
    assert delivery.drain() == 0
    assert states() == {"sent": 45}
    assert keys(provider) == {reply.key: 1 for reply in replies}


def test_workers_that_drain_at_once_send_nothing_twice(provider: StandIn) -> None:
    replies = queue(60, provider)
    threads = [threading.Thread(target=delivery.drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys(provider) == {reply.key: 1 for reply in replies}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(429, {}, {"Retry-After": "60"}), "retry_wait"),
        (Answer(404, {}), "failed"),
        (Answer(500, {}), "unknown"),
        (Answer(is_reset=True), "unknown"),
    ],
)
def test_each_trouble_has_its_state(provider: StandIn, answer: Answer, state: str) -> None:
    queue(1, provider)
    provider.answers = [answer]
    delivery.drain()
    delivery.drain()
    assert states() == {state: 1}
    assert len(provider.taken) == 1


def test_a_dead_provider_does_not_hold_up_another(provider: StandIn) -> None:
    with standin.running() as dead:
        dead.otherwise = Answer(wait_s=3.0, is_reset=True)
        queue(3, dead)
        queue(10, provider)
        started = time.monotonic()
        delivery.drain()
        last = max(each["at"] for each in provider.taken)
    assert len(provider.taken) == 10
    assert last - started < 3


def test_a_rehearsal_reaches_no_channel_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(name: str) -> NoReturn:
        pytest.fail(f"the channel {name} was reached in a rehearsal")

    monkeypatch.setattr(channels, "module", explode)
    monkeypatch.setattr(channels, "sends_by", explode)
    with db.transaction() as session:
        running = outgoing.rehearsal(session)
        for channel in ("webhook", "email", "form", "rehearsal"):
            outgoing.reply(session, outgoing.inbox(session, channel, running))
            outgoing.reply(session, outgoing.inbox(session, channel), rehearsal=running)
        outgoing.reply(session, outgoing.inbox(session, "rehearsal"))
    assert delivery.drain() == 0
    assert states() == {"withheld": 9}


_CRASH = """
import threading
from workers import delivery
delivery.drain()
"""


def test_killed_while_sending_it_is_asked_about_and_never_repeated(provider: StandIn) -> None:
    queue(1, provider)
    provider.answers = [Answer(wait_s=3.0)]
    child = subprocess.Popen([sys.executable, "-c", _CRASH], env=os.environ)
    until = time.monotonic() + 20
    while not provider.taken and time.monotonic() < until:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert states() == {"sending": 1}
    with db.transaction() as session:
        session.execute(text("UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s'"))
        outbox.expire(session)
    delivery.drain()
    assert states() == {"unknown": 1}
    assert len(provider.taken) == 1


def test_silence_ends_after_the_deadline_as_unknown(
    provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "LATE_S", 0.3)
    provider.answers = [Answer(wait_s=1.5)]
    queue(1, provider)
    delivery.drain()
    assert states() == {"unknown": 1}


def test_when_time_is_up_the_rest_goes_back_to_the_queue(
    provider: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "DRAIN_S", 0.3)
    provider.otherwise = Answer(wait_s=0.2)
    queue(40, provider)
    sent = delivery.drain()
    assert 4 <= sent < 20
    assert states() == {"sent": sent, "queued": 40 - sent}


@pytest.mark.parametrize(("channel", "words"), [("email", "Set SMTP_HOST"), ("webhook", "no outbound_url")])
def test_without_its_setting_a_reply_waits_and_says_so_and_makes_no_attempt(channel: str, words: str) -> None:
    with db.transaction() as session:
        reply = outgoing.reply(session, outgoing.inbox(session, channel))
    for _ in range(3):
        assert delivery.drain() == 0
        with db.transaction() as session:
            row = outgoing.delivery(session, reply)
            due_in = "SELECT extract(epoch FROM not_before - clock_timestamp()) FROM deliveries"
            assert 50 < outgoing.one(session, due_in) <= 60
            session.execute(text("UPDATE deliveries SET not_before = now()"))
        assert (row.state, row.attempt_no, row.claimed_by) == ("retry_wait", 0, None)
        assert words in row.words
    with db.transaction() as session:
        assert outgoing.one(session, "SELECT count(*) FROM delivery_attempts") == 0
        assert outgoing.one(session, "SELECT count(*) FROM events WHERE noun = 'delivery'") == 1


def test_what_waited_for_a_setting_leaves_once_it_is_there(provider: StandIn) -> None:
    with db.transaction() as session:
        reply = outgoing.reply(session, outgoing.inbox(session, allow_private=True))
    assert delivery.drain() == 0
    with db.transaction() as session:
        fill = (
            "UPDATE inboxes SET options = jsonb_set(options, '{outbound_url}', to_jsonb(CAST(:url AS text)))"
        )
        session.execute(text(fill), {"url": provider.url})
        session.execute(text("UPDATE deliveries SET not_before = now()"))
    assert delivery.drain() == 1
    assert keys(provider) == {reply.key: 1}
