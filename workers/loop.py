"""Runs one queue: RQ's worker in front, a poll of the database behind it when Redis is away."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from redis import RedisError
from rq.exceptions import StopRequested

from webcare import db, logs, queues
from webcare.errors import Away
from webcare.services import heartbeats
from workers import signals, stopping

BEAT_S = 5.0
POLL_S = 0.5
# Even with Redis in sight: a connection that died without a word would leave RQ deaf for minutes.
SLOW_POLL_S = 10.0

log = structlog.get_logger(__name__)


def run(queue: str) -> None:
    """Work on `queue` until SIGTERM; Redis may be away at the start, and come and go."""
    logs.set_up()
    with signals.heard():
        threads = [
            threading.Thread(target=_beat, args=(queue,), name="heartbeat", daemon=True),
            threading.Thread(target=_poll, args=(queue,), name="poll", daemon=True),
        ]
        for thread in threads:
            thread.start()
        while not stopping.asked():
            _listen(queue)
        for thread in threads:
            thread.join(timeout=1)
        _say_goodbye(queue)


triage = partial(run, "triage")
urgent = partial(run, "urgent")
delivery = partial(run, "delivery")
notify = partial(run, "notify")
reports = partial(run, "reports")


def jobs(queue: str) -> list[Callable[[], Any]]:
    """Return the jobs that bells of `queue` stand for."""
    return [queues.resolve(job) for name, job in queues.BELLS.values() if name == queue]


def _listen(queue: str) -> None:
    """Let RQ work until it gives up or is told to stop; it gives up whenever Redis breaks off in a job."""
    if not queues.is_reachable():
        stopping.wait(POLL_S)
        return
    worker = None
    try:
        worker = queues.worker(queue)
        worker.work(logging_level="WARNING")
    except StopRequested:
        return
    except (RedisError, OSError) as error:
        log.warning("Redis broke off; polling the database meanwhile", queue=queue, why=type(error).__name__)
    finally:
        _end_listener(worker)
    stopping.wait(POLL_S)


def _end_listener(worker: Any) -> None:
    # When Redis is gone RQ leaves its subscriber thread running, one more for every reconnection.
    thread = getattr(worker, "pubsub_thread", None)
    if thread is not None:
        thread.stop()
    # RQ's handlers belong to the worker that just ended; between two workers ours must hear.
    if not stopping.asked():
        signals.take_over()


def _poll(queue: str) -> None:
    dice = random.SystemRandom()
    last = time.monotonic()
    while not stopping.wait(POLL_S * (1 + dice.random())):
        if queues.is_reachable() and time.monotonic() - last < SLOW_POLL_S:
            continue
        for job in jobs(queue):
            _attempt(job)
        last = time.monotonic()


def _attempt(job: Callable[[], Any]) -> None:
    try:
        job()
    except Away:
        stopping.wait(1.0)
    except Exception as error:  # noqa: BLE001 - the next round must come
        log.warning("a job failed; it is tried again", job=job.__module__, why=type(error).__name__)


def _beat(queue: str) -> None:
    name = heartbeats.own_name(queue)
    while True:
        try:
            with db.transaction() as session:
                heartbeats.beat(session, name, queue)
        except Exception as error:  # noqa: BLE001 - a sign of life is no reason to die
            log.warning("no sign of life could be left", queue=queue, why=type(error).__name__)
        if stopping.wait(BEAT_S):
            return


def _say_goodbye(queue: str) -> None:
    try:
        with db.transaction() as session:
            heartbeats.end(session, heartbeats.own_name(queue))
    except Away:
        return
