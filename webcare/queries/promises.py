"""Reads promises of time: which ones were kept, missed or moved, and which one is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.models import Activation, Agent, Promise


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promised moment; `outcome` is open, kept, late (kept after it was due), missed or moved.

    `let_go` is one that was still ahead when its activation ended.
    """

    id: int
    due_at: datetime
    made_at: datetime
    made_by_name: str
    kept_at: datetime | None
    outcome: str
    broadcast_id: int | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How an activation keeps its word; `late` ones are part of `missed`."""

    kept: int = 0
    missed: int = 0
    late: int = 0
    moved: int = 0
    open_due_at: datetime | None = None


def of_activation(session: Session, activation_id: int, now: datetime) -> list[PromiseRow]:
    """Return the promises of an activation as they stand at `now` (aware), newest first."""
    asked = (
        select(Promise, Agent.name, Activation.ended_at)
        .join(Agent, Agent.id == Promise.made_by)
        .join(Activation, Activation.id == Promise.activation_id)
        .where(Promise.activation_id == activation_id)
        .order_by(Promise.id.desc())
    )
    return [
        PromiseRow(
            promise.id,
            promise.due_at,
            promise.made_at,
            name,
            promise.kept_at,
            _outcome(promise, ended_at, now),
            promise.broadcast_id,
        )
        for promise, name, ended_at in session.execute(asked)
    ]


def counted(session: Session, activation_id: int, now: datetime) -> Counted:
    """Return how many promises of an activation were kept and missed up to `now` (aware)."""
    rows = of_activation(session, activation_id, now)
    found = [row.outcome for row in rows]
    is_open = next((row.due_at for row in rows if row.kept_at is None and row.outcome == "open"), None)
    return Counted(
        kept=found.count("kept"),
        missed=found.count("missed") + found.count("late"),
        late=found.count("late"),
        moved=found.count("moved"),
        open_due_at=is_open,
    )


def _outcome(promise: Promise, ended_at: datetime | None, now: datetime) -> str:
    if promise.missed_at is not None:
        return "late" if promise.kept_at is not None else "missed"
    if promise.kept_at is not None:
        return "kept"
    if promise.moved_at is not None:
        return "moved"
    if promise.due_at <= (ended_at or now):
        return "missed"
    return "open" if ended_at is None else "let_go"
