"""Knows queue names, job names and RQ, and rings a bell after commit; a lost bell loses nothing."""

from __future__ import annotations

import importlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import redis
from prometheus_client import Counter
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import event
from sqlalchemy.orm import Session

from webcare import settings

QUEUES = ("triage", "urgent", "delivery", "notify", "reports")

# bell -> (queue, job). A bell means "there may be work in the database"; it never carries the work.
BELLS: dict[str, tuple[str, str]] = {
    "triage": ("triage", "workers.triage.drain"),
    "urgent": ("urgent", "workers.urgent.drain"),
    "delivery": ("delivery", "workers.delivery.drain"),
    "posting": ("delivery", "workers.posting.drain"),
    "notify": ("notify", "workers.notify.drain"),
    "retriage": ("reports", "workers.retriage.drain"),
    "rehearsal": ("reports", "workers.rehearsal.drain"),
    "correcting": ("reports", "workers.correcting.drain"),
    "lessons": ("reports", "workers.lessons.drain"),
}

# A bell that waits is not rung again. The flag dies by itself, in case the job it stands for was lost.
FLAG_TTL_S = 10
# How long ringing is given up after Redis refused, so that intake keeps its rate without it.
SILENCE_S = 1.0
# Between two rounds of a server's ringer: a flood of commits shouldn't become a flood of bells.
RING_PAUSE_S = 0.05
JOB_TIMEOUT_S = 60
FAILURE_TTL_S = 3600

UNRUNG = Counter("webcare_bells_unrung_total", "Bells that Redis did not take; the sweeper rings them again.")


@lru_cache(maxsize=1)
def connection() -> redis.Redis:
    """Return this process's connection to Redis, with time limits that suit a best effort."""
    return _connect(socket_timeout=0.2)


def forget() -> None:
    """Close this process's connection to Redis; the next use opens a new one."""
    connection().close()
    connection.cache_clear()


def _connect(socket_timeout: float | None) -> redis.Redis:
    url = settings.get().redis_url
    if not url:
        raise RuntimeError("REDIS_URL is not set and no embedded Valkey runs; start `webcare up`.")
    made: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=socket_timeout, socket_connect_timeout=0.2, retry=None
    )
    return made


def is_reachable() -> bool:
    """Return whether Redis answers a PING within its time limit."""
    try:
        return bool(connection().ping())
    except redis.RedisError:
        return False


class _Silence:
    """Until when (monotonic seconds) this process does not even try to ring."""

    until = 0.0


def ring(bell: str) -> bool:
    """Wake a worker for `bell` unless one is already waiting; return False when Redis did not take it."""
    if time.monotonic() < _Silence.until or not settings.get().redis_url:
        UNRUNG.inc()
        return False
    queue, job = BELLS[bell]
    try:
        if connection().set(f"webcare:bell:{bell}", 1, nx=True, ex=FLAG_TTL_S):
            Queue(queue, connection=connection(), serializer=JSONSerializer).enqueue(
                job, result_ttl=0, failure_ttl=FAILURE_TTL_S, job_timeout=JOB_TIMEOUT_S
            )
    except redis.RedisError:
        _Silence.until = time.monotonic() + SILENCE_S
        UNRUNG.inc()
        return False
    return True


def hear(bell: str) -> None:
    """Take the flag of `bell` down; a job does this before it looks, so that later rings count."""
    try:
        connection().delete(f"webcare:bell:{bell}")
    except redis.RedisError:
        return


def after_commit(session: Session, bell: str) -> None:
    """Ring `bell` once, when and only when `session`'s transaction commits."""
    session.info.setdefault("bells", set()).add(bell)


class _Ringer:
    """A thread that rings for a busy web process, so that no request waits for Redis."""

    def __init__(self) -> None:
        self.process = 0
        self._wanted: set[str] = set()
        self._changed = threading.Condition()

    def start(self) -> None:
        self.process = os.getpid()
        threading.Thread(target=self._run, name="ringer", daemon=True).start()

    def ask(self, bells: Iterable[str]) -> None:
        with self._changed:
            self._wanted.update(bells)
            self._changed.notify()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._wanted:
                    self._changed.wait()
                bells, self._wanted = self._wanted, set()
            for bell in sorted(bells):
                ring(bell)
            # Whoever asks in this moment is rung for together with the others after it.
            time.sleep(RING_PAUSE_S)


_ringer = _Ringer()


def ring_in_background() -> None:
    """From now on ring from a thread of its own in this process; a server with many requests calls this."""
    if _ringer.process != os.getpid():
        _ringer.start()


@event.listens_for(Session, "after_commit")
def _ring_all(session: Session) -> None:
    bells = session.info.pop("bells", None)
    if not bells:
        return
    if _ringer.process == os.getpid():
        _ringer.ask(bells)
        return
    for bell in sorted(bells):
        ring(bell)


@event.listens_for(Session, "after_rollback")
def _forget_all(session: Session) -> None:
    session.info.pop("bells", None)


def resolve(dotted: str) -> Callable[..., Any]:
    """Return the function named `dotted`; raise ImportError or AttributeError when there is none."""
    module, _, name = dotted.rpartition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def worker(queue: str) -> SimpleWorker:
    """Return an RQ worker for exactly one queue.

    One queue, because RQ loses jobs when a worker that listens to several is killed. No fork per
    job, because a killed parent would leave its work-horse running beside its successor.
    """
    link = _connect(socket_timeout=None)
    made = SimpleWorker(
        [Queue(queue, connection=link, serializer=JSONSerializer)], connection=link, serializer=JSONSerializer
    )
    made.max_connection_wait_time = 2.0
    return made
