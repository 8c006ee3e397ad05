"""Turns kept bytes into messages: claims them for one worker, and writes what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import live, queues
from webcare.domain.triage.assessment import Assessment
from webcare.domain.utterances import Inbound
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import placement, timeline, urgent_alerts

# A batch takes well under two seconds; a worker that needs longer than this is taken for dead.
LEASE_S = 30
# Input that killed a reader this often is set aside as unreadable, where people see it.
MOST_ATTEMPTS = 5

_CLAIM = """
    UPDATE raw_events SET attempts = attempts + 1, leased_by = :worker,
           lease_until = now() + make_interval(secs => :lease)
    WHERE id IN (SELECT id FROM raw_events WHERE state = 'received'
                 AND (lease_until IS NULL OR lease_until < now())
                 ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, inbox_id, body, headers, received_at, attempts
"""
_CLAIM_OLDEST = text(_CLAIM)
_CLAIM_NEWEST = text(_CLAIM.replace("ORDER BY id", "ORDER BY id DESC"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """One raw event that this worker alone may read until its lease ends."""

    id: int
    inbox: InboxRow
    body: bytes
    headers: dict[str, str]
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Read:
    """A raw event that was read; when it could not be, `trouble` says why and `inbound` is a shell."""

    claimed: Claimed
    inbound: Inbound
    assessment: Assessment
    trouble: str | None = None


def claim(session: Session, worker: str, limit: int, *, is_newest_first: bool = False) -> list[Claimed]:
    """Lease up to `limit` unread raw events to `worker`, counting the attempt before the bytes are touched.

    Oldest first; the urgent lane asks for the newest first, so that a backlog hides nobody.
    """
    rows = session.execute(
        _CLAIM_NEWEST if is_newest_first else _CLAIM_OLDEST,
        {"worker": worker, "lease": LEASE_S, "limit": limit},
    ).all()
    known = inboxes.by_ids(session, [row.inbox_id for row in rows])
    return [
        Claimed(row.id, known[row.inbox_id], bytes(row.body), row.headers, row.received_at, row.attempts)
        for row in sorted(rows, key=lambda row: row.id)
    ]


def keep(session: Session, worker: str, reads: Sequence[Read]) -> int:
    """Write messages, contacts and conversations for `reads` and return how many messages are new.

    Rows whose lease went to another worker meanwhile are left to that one.
    """
    mine = _lock(session, worker, [read.claimed.id for read in reads])
    ours = [read for read in reads if read.claimed.id in mine]
    placed = placement.place(session, ours)
    _close(session, ours, {one.read.claimed.id for one in placed})
    timeline.record_many(
        session,
        "triaged",
        [
            (
                None,
                ("message", one.message_id),
                {
                    "conversation": one.conversation_id,
                    "raw_event": one.read.claimed.id,
                    "level": one.read.assessment.level.name,
                    "codes": [reason.code for reason in one.read.assessment.reasons],
                },
            )
            for one in placed
        ],
    )
    live.tell(session, "conversation", {one.conversation_id for one in placed})
    urgent_alerts.received(session, sorted({one.conversation_id for one in placed}))
    return len(placed)


def _lock(session: Session, worker: str, ids: Sequence[int]) -> set[int]:
    rows = session.execute(
        text(
            "SELECT id FROM raw_events WHERE id = ANY(:ids) AND state = 'received' AND leased_by = :worker"
            " ORDER BY id FOR UPDATE"
        ),
        {"ids": list(ids), "worker": worker},
    )
    return set(rows.scalars())


def _close(session: Session, reads: Sequence[Read], placed: set[int]) -> None:
    states = [
        "duplicate" if read.claimed.id not in placed else "unreadable" if read.trouble else "read"
        for read in reads
    ]
    session.execute(
        text(
            "UPDATE raw_events SET state = done.state, trouble = done.trouble, read_at = now(),"
            " leased_by = NULL, lease_until = NULL"
            " FROM unnest(CAST(:ids AS bigint[]), CAST(:states AS text[]), CAST(:troubles AS text[]))"
            "   AS done(id, state, trouble) WHERE raw_events.id = done.id"
        ),
        {
            "ids": [read.claimed.id for read in reads],
            "states": states,
            "troubles": [read.trouble for read in reads],
        },
    )


def backlog(session: Session, most: int) -> int:
    """Return how many raw events wait to be read, counting no further than `most`."""
    counted = session.execute(
        text("SELECT count(*) FROM (SELECT 1 FROM raw_events WHERE state = 'received' LIMIT :most) waiting"),
        {"most": most},
    )
    return int(counted.scalar_one())


def ring_forgotten(session: Session, seconds: int = 15) -> bool:
    """Ring for raw events that stayed unread for `seconds`, and return whether there were any."""
    found = session.execute(
        text(
            "SELECT 1 FROM raw_events WHERE state = 'received'"
            " AND received_at < now() - make_interval(secs => :seconds)"
            " AND (lease_until IS NULL OR lease_until < now()) LIMIT 1"
        ),
        {"seconds": seconds},
    ).first()
    if found:
        queues.after_commit(session, "triage")
    return found is not None
