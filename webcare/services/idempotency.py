"""Remembers the answer given to a sender's Idempotency-Key, so that a repeat gets the same one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock
from webcare.models import IdempotencyKey

# As long as the raw bytes: a provider that retries later than this starts a new message.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered before, and the SHA-256 of the body it was for."""

    sha256: bytes
    answer: dict[str, Any]


def find(session: Session, inbox_id: int, key: str) -> Answered | None:
    """Return the earlier answer to `key`, or None; a twin request waits here until the first commits."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, :inbox))"), {"key": key, "inbox": inbox_id}
    )
    row = session.execute(
        select(IdempotencyKey.sha256, IdempotencyKey.answer).where(
            IdempotencyKey.inbox_id == inbox_id, IdempotencyKey.key == key
        )
    ).one_or_none()
    return Answered(bytes(row.sha256), row.answer) if row else None


def remember(session: Session, inbox_id: int, key: str, given: tuple[bytes, dict[str, Any]]) -> Answered:
    """Store the answer `given` (SHA-256 of the body, JSON) for `key` and return it."""
    sha256, answer = given
    session.execute(
        insert(IdempotencyKey).values(
            inbox_id=inbox_id, key=key, sha256=sha256, answer=answer, created_at=clock.now()
        )
    )
    return Answered(sha256, answer)


def forget_old(session: Session) -> int:
    """Drop keys older than 30 days and return how many."""
    gone = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - KEPT_FOR))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]
