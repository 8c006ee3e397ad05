"""Reads everything that was kept: parses it, judges its urgency, and puts it before the agents."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlalchemy.orm import Session

from webcare import channels, db, queues
from webcare.domain.triage import CueSet
from webcare.domain.triage.assessment import Assessment, Reason, Text
from webcare.domain.urgency import Urgency
from webcare.domain.utterances import Inbound, Raw
from webcare.errors import Away, Unreadable
from webcare.queries import activations
from webcare.services import heartbeats, intake, judging, reading
from webcare.services.reading import Claimed, Read

log = structlog.get_logger(__name__)

BATCH = reading.TOGETHER[0]
# What was read by then is shown; far below the lease, which must not end under a worker that lives.
READ_S = 2.0
# A job that drains longer than this hands over to the next one, well before RQ's time limit.
SPELL_S = 30.0
# From here on the urgent lane reads the newest first, so that nobody in danger waits behind a backlog.
CROWD = 500


def worker_name() -> str:
    """Return the name under which this process holds leases."""
    return heartbeats.own_name("reader")


def drain() -> int:
    """Read until nothing waits or the spell is over; return how many raw events were handled."""
    queues.hear("triage")
    until = time.monotonic() + SPELL_S
    handled = 0
    while time.monotonic() < until:
        fresh, suspects = once(worker_name()), again(worker_name())
        if not fresh + suspects:
            return handled
        handled += fresh + suspects
        if fresh == BATCH:
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
        rules = _rules(session, claimed)
    return _handle(worker, claimed, rules)


def again(worker: str) -> int:
    """Read one small group of what a reader has died on, and return its size."""
    with db.transaction() as session:
        claimed = reading.claim_suspects(session, worker)
        rules = _rules(session, claimed)
    return _handle(worker, claimed, rules)


def _rules(session: Session, claimed: Sequence[Claimed]) -> dict[int, CueSet]:
    return {one.inbox.id: activations.in_force(session, one.inbox).cues for one in claimed}


def _handle(worker: str, claimed: Sequence[Claimed], rules: dict[int, CueSet]) -> int:
    if not claimed:
        return 0
    reads = _read_some(claimed, rules)
    _keep(worker, reads)
    if len(reads) < len(claimed):
        with db.transaction() as session:
            reading.put_back(session, worker, [one.id for one in claimed[len(reads) :]])
    return len(reads)


def _read_some(claimed: Sequence[Claimed], rules: dict[int, CueSet]) -> list[Read]:
    """Read until time is up: what is slow to read must not keep the others from the desk."""
    until = time.monotonic() + READ_S
    reads = []
    for one in claimed:
        reads.append(read(one, rules[one.inbox.id]))
        if time.monotonic() > until:
            log.warning("slow_batch", read=len(reads), of=len(claimed))
            break
    return reads


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
        inbound = channels.module(claimed.inbox.channel).parse(raw, claimed.inbox.config())
        return (_told_apart(inbound) if intake.SAME_ID in claimed.headers else inbound), None
    except Unreadable as error:
        return shell, str(error)
    except Exception as error:  # noqa: BLE001 - a stranger's bytes must never stop the queue
        log.warning("unexpected_unreadable", raw_event=claimed.id, kind=type(error).__name__)
        return shell, f"This message could not be read ({type(error).__name__}); it is kept as it came."


def _told_apart(inbound: Inbound) -> Inbound:
    notice = "Came with the id of an earlier message, but says something else; both are shown."
    return replace(inbound, external_id=None, notices=(*inbound.notices, notice))


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
        return judging.assessment(text, rules)
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
