"""Turns kept bytes into messages: claims them for one worker, and writes what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from webcare import live
from webcare.domain.triage.assessment import Assessment
from webcare.domain.urgency import Urgency
from webcare.domain.utterances import Inbound
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import conversations, lanes, placement, timeline, urgent_alerts

# A batch takes well under two seconds; a worker that needs longer than this is taken for dead.
LEASE_S = 30
# Input that killed a reader this often is set aside as unreadable, where people see it. By then it was
# read alone five times, so no innocent message shares its fate.
MOST_ATTEMPTS = 8
# How many raw events are read together after a reader died on them 0, 1, 2 ... times: whoever killed it
# is soon alone.
TOGETHER = (250, 16, 4, 1)
MANY = 32_767

_CLAIM = """
    UPDATE raw_events SET attempts = attempts + 1, leased_by = :worker,
           lease_until = now() + make_interval(secs => :lease)
    WHERE id IN (SELECT id FROM raw_events WHERE state = 'received'
                 AND (lease_until IS NULL OR lease_until < now())
                 AND attempts = 0
                 ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, inbox_id, body, headers, received_at, attempts
"""
_CLAIM_OLDEST = text(_CLAIM)
_CLAIM_NEWEST = text(_CLAIM.replace("ORDER BY id", "ORDER BY id DESC"))
_CLAIM_SUSPECT = text(
    _CLAIM.replace("attempts = 0", "attempts > 0 AND attempts BETWEEN :died AND :died_at_most")
)


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

    Oldest first; the urgent lane asks for the newest first, so that a backlog hides nobody. What a reader
    has died on is left to `claim_suspects`.
    """
    asked = {"worker": worker, "lease": LEASE_S, "limit": min(limit, TOGETHER[0])}
    return _claimed(
        session, session.execute(_CLAIM_NEWEST if is_newest_first else _CLAIM_OLDEST, asked).all()
    )


def claim_suspects(session: Session, worker: str) -> list[Claimed]:
    """Lease raw events on which a reader has died, in groups that get smaller with every death."""
    last = len(TOGETHER) - 1
    for died, together in enumerate(TOGETHER[1:], start=1):
        asked = {
            "worker": worker,
            "lease": LEASE_S,
            "limit": together,
            "died": died,
            "died_at_most": died if died < last else MANY,
        }
        found = _claimed(session, session.execute(_CLAIM_SUSPECT, asked).all())
        if found:
            return found
    return []


def _claimed(session: Session, rows: Sequence[Row[Any]]) -> list[Claimed]:
    known = inboxes.by_ids(session, [row.inbox_id for row in rows])
    return [
        Claimed(row.id, known[row.inbox_id], bytes(row.body), row.headers, row.received_at, row.attempts)
        for row in sorted(rows, key=lambda row: row.id)
    ]


def put_back(session: Session, worker: str, ids: Sequence[int]) -> None:
    """Give up the lease on raw events that `worker` did not come to; that was no attempt."""
    session.execute(
        text(
            "UPDATE raw_events SET attempts = attempts - 1, leased_by = NULL, lease_until = NULL"
            " WHERE id = ANY(:ids) AND leased_by = :worker AND state = 'received'"
        ),
        {"ids": list(ids), "worker": worker},
    )


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
    lanes.route(
        session,
        {one.message_id: (one.conversation_id, one.read.assessment.intents) for one in placed},
    )
    touched = sorted({one.conversation_id for one in placed})
    conversations.free_unseen(session, touched)
    live.tell(session, "conversation", touched)
    dangerous = {one.conversation_id for one in placed if one.read.assessment.level is Urgency.U0}
    urgent_alerts.received(session, sorted(dangerous))
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
