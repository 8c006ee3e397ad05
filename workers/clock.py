"""Keeps time for the desk: rings again for what stayed behind, ends leases, watches promises.

Several clocks may run; a lock in the database lets one of them work. Duties are a table, each with
its own transaction, so that one which fails never stops the others.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, text

from webcare import db, logs, queues
from webcare.errors import Away
from webcare.queries import health
from webcare.services import heartbeats
from workers import signals, stopping

TICK_S = 5.0
# Arbitrary but fixed; the migrations use the number before it.
LOCK = 7_391_482_206
SOME = 500
_TAKE = text("SELECT pg_try_advisory_lock(:key)")

log = structlog.get_logger(__name__)


@dataclass
class Duty:
    """One thing to do every `every_s` seconds: a dotted name that takes a session, and maybe a limit."""

    name: str
    dotted: str
    every_s: float = TICK_S
    limit: int | None = None
    due_at: float = field(default=0.0, compare=False)
    is_failing: bool = field(default=False, compare=False)


def duties() -> list[Duty]:
    """Return all duties, due at once."""
    return [
        Duty("end leases of deliveries", "webcare.services.outbox.expire"),
        Duty("end leases of alerts", "webcare.services.alert_queue.expire"),
        Duty("end approvals whose ground moved", "webcare.services.approval_requests.watch", limit=SOME),
        Duty("look after people on shift", "webcare.services.shifts.watch", every_s=60),
        Duty("end claims without a sign of life", "webcare.services.assignment.expire", limit=SOME),
        Duty("raise what waited too long", "webcare.services.conversations.promote_waiting", limit=SOME),
        Duty("alert to unclaimed U0 and U1", "webcare.services.urgent_alerts.unclaimed"),
        Duty("alert to expiring facts", "webcare.services.facts.alert_expiring", every_s=15),
        Duty("alert to promised updates", "webcare.services.activation.alert_updates", every_s=15),
        Duty("watch correction runs", "webcare.services.correction_watch.watch"),
        Duty("measure how long an answer takes", "webcare.services.reply_times.keep", every_s=30),
        Duty("give first receipts", "webcare.services.receipts.give", limit=200),
        Duty("publish planned broadcasts", "webcare.services.broadcasts.publish_due", limit=SOME),
        Duty("end leases of posts", "webcare.services.posting.sweep"),
        Duty("watch the stream of messages", "webcare.services.watching.watch", every_s=60),
        Duty("watch for what playbooks alert to", "webcare.services.signs.watch", every_s=30),
        Duty("call for people when a shift lacks them", "webcare.services.staffing.watch", every_s=60),
        Duty("have triage learn when it is time", "webcare.services.lessons.ring_when_due", every_s=600),
        Duty("sweep what is past keeping", "webcare.services.sweeping.sweep", every_s=3600),
    ]


def run() -> None:
    """Work until SIGTERM: lead when no other clock does, otherwise stand by."""
    logs.set_up()
    with signals.heard():
        # Two clocks that were started together must not knock at the same moments for ever.
        stopping.wait(random.SystemRandom().uniform(0, 1))
        agenda = duties()
        while not stopping.asked():
            try:
                with _lock() as held:
                    _keep(held, agenda)
            except Exception as error:  # noqa: BLE001 - the clock outlives whatever the database does
                log.warning("the clock can't work now and tries again", why=_plain(error))
            stopping.wait(1.0)


@contextmanager
def _lock() -> Iterator[Connection]:
    """Hold a connection of its own: the lock lives as long as that does."""
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            yield connection
        finally:
            # Back in the pool it must not carry the lock; a broken connection has lost it anyway.
            with suppress(Exception):
                connection.execute(text("SELECT pg_advisory_unlock_all()"))


def _keep(held: Connection, agenda: list[Duty]) -> None:
    """Tick until asked to stop; raises when the connection that holds the lock is gone."""
    leads = False
    while not stopping.asked():
        # The lock counts how often it was taken, so it is asked for only while it isn't held.
        leads = leads or bool(held.execute(_TAKE, {"key": LOCK}).scalar())
        held.execute(text("SELECT 1"))
        _beat("clock" if leads else "standby")
        if leads:
            tick(agenda)
        stopping.wait(TICK_S)


def tick(agenda: list[Duty]) -> None:
    """Do every duty that is due, then ring for what waits; nothing here raises."""
    for duty in agenda:
        if time.monotonic() >= duty.due_at and not stopping.asked():
            duty.due_at = time.monotonic() + duty.every_s - 0.1
            _do(duty)
    try:
        with db.transaction() as session:
            due = health.bells_due(session)
    except Away as error:
        log.warning("the clock can't see what waits", why=str(error))
        return
    for bell in due:
        queues.ring(bell)


def _do(duty: Duty) -> None:
    try:
        work = queues.resolve(duty.dotted)
        with db.transaction() as session:
            done = work(session) if duty.limit is None else work(session, duty.limit)
    except Exception as error:  # noqa: BLE001 - the next duty must have its turn
        # Said once, not every 5 s: a log that repeats itself is not read.
        if not duty.is_failing:
            log.warning("a duty of the clock fails", duty=duty.name, why=_plain(error))
        duty.is_failing = True
        return
    if duty.is_failing:
        log.info("a duty of the clock works again", duty=duty.name)
    duty.is_failing = False
    if done:
        log.info("clock", duty=duty.name, count=done)


def _beat(role: str) -> None:
    with suppress(Away), db.transaction() as session:
        heartbeats.beat(session, heartbeats.own_name("clock"), role)


def _plain(error: Exception) -> str:
    """Return what went wrong without statement or parameters, which may hold words of contacts."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:200]
