"""Reads everything that was kept: parses it, judges its urgency, and puts it before the agents."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Sequence

import structlog

from webcare import channels, db, queues
from webcare.domain.triage import CueSet, assess
from webcare.domain.triage.assessment import Assessment, Reason, Text
from webcare.domain.urgency import Urgency
from webcare.domain.utterances import Inbound, Raw
from webcare.errors import Away, Unreadable
from webcare.queries import activations
from webcare.services import reading
from webcare.services.reading import Claimed, Read

log = structlog.get_logger(__name__)

BATCH = 250
# A job that drains longer than this hands over to the next one, well before RQ's time limit.
SPELL_S = 30.0
# From here on the urgent lane reads the newest first, so that nobody in danger waits behind a backlog.
CROWD = 500


def worker_name() -> str:
    """Return the name under which this process holds leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def drain() -> int:
    """Read until nothing waits or the spell is over; return how many raw events were handled."""
    queues.hear("triage")
    until = time.monotonic() + SPELL_S
    handled = 0
    while time.monotonic() < until:
        batch = once(worker_name())
        if not batch:
            return handled
        handled += batch
        if batch == BATCH:
            _call_for_help()
    queues.ring("triage")
    return handled


def _call_for_help() -> None:
    with db.transaction() as session:
        if reading.backlog(session, CROWD) >= CROWD:
            queues.after_commit(session, "urgent")


def once(worker: str, limit: int = BATCH, *, is_newest_first: bool = False) -> int:
    """Read one batch and return its size; raise Away when the database is gone, with nothing lost."""
    with db.transaction() as session:
        claimed = reading.claim(session, worker, limit, is_newest_first=is_newest_first)
        rules = {one.inbox.id: activations.in_force(session, one.inbox).cues for one in claimed}
    if not claimed:
        return 0
    reads = [read(one, rules[one.inbox.id]) for one in claimed]
    _keep(worker, reads)
    return len(claimed)


def read(claimed: Claimed, rules: CueSet) -> Read:
    """Parse and judge one raw event; what can't be parsed comes back with `trouble`, never as an error."""
    inbound, trouble = _parse(claimed)
    return Read(claimed, inbound, _judge(claimed, inbound, rules, trouble), trouble)


def _parse(claimed: Claimed) -> tuple[Inbound, str | None]:
    shell = Inbound(address=f"unreadable-{claimed.id}", text="", name="Unknown sender")
    if claimed.attempts > reading.MOST_ATTEMPTS:
        return (
            shell,
            f"Reading this message stopped a worker {reading.MOST_ATTEMPTS} times; it is kept as it came.",
        )
    raw = Raw(claimed.body, claimed.headers, claimed.received_at)
    try:
        return channels.module(claimed.inbox.channel).parse(raw, claimed.inbox.config()), None
    except Unreadable as error:
        return shell, str(error)
    except Exception as error:  # noqa: BLE001 - a stranger's bytes must never stop the queue
        log.warning("unexpected_unreadable", raw_event=claimed.id, kind=type(error).__name__)
        return shell, f"This message could not be read ({type(error).__name__}); it is kept as it came."


def _judge(claimed: Claimed, inbound: Inbound, rules: CueSet, trouble: str | None) -> Assessment:
    if trouble:
        return _unsure("unreadable", "could not be read; a person must look at the original")
    text = Text(
        inbound.text,
        claimed.received_at,
        inbound.language,
        inbound.subject,
        inbound.auto_submitted,
        inbound.is_public,
    )
    try:
        return assess(text, rules)
    except Exception as error:  # noqa: BLE001 - unsure goes up, to a person
        log.warning("assessment_failed", raw_event=claimed.id, kind=type(error).__name__)
        return _unsure("unsure", "could not be assessed; a person must judge how urgent it is")


def _unsure(code: str, words: str) -> Assessment:
    return Assessment(Urgency.U2, (), (Reason(code, words),), "und", is_unsure=True)


def _keep(worker: str, reads: Sequence[Read]) -> None:
    try:
        with db.transaction() as session:
            reading.keep(session, worker, reads)
    except Away:
        raise
    except Exception as error:  # noqa: BLE001 - one message must not hold up the others
        if len(reads) == 1:
            _keep_as_unreadable(worker, reads[0], error)
            return
        log.warning("batch_failed_reading_singly", size=len(reads), kind=type(error).__name__)
        for one in reads:
            _keep(worker, [one])


def _keep_as_unreadable(worker: str, failed: Read, error: Exception) -> None:
    log.error("message_could_not_be_written", raw_event=failed.claimed.id, kind=type(error).__name__)
    shell = Inbound(address=f"unreadable-{failed.claimed.id}", text="", name="Unknown sender")
    trouble = f"This message could not be stored as text ({type(error).__name__}); it is kept as it came."
    with db.transaction() as session:
        assessment = _unsure("unreadable", "could not be read; a person must look at the original")
        reading.keep(session, worker, [Read(failed.claimed, shell, assessment, trouble)])
