"""Reads which activations go on and what each covers, once per transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain import coverage
from webcare.domain.coverage import Coverage
from webcare.models import Activation, Desk

_MEMO = "webcare.queries.running"


class Covered(coverage.Place, Protocol):
    """A conversation, or an inbox before there is one: where it stands, and in which rehearsal, if any."""

    @property
    def rehearsal_id(self) -> int | None:
        """Return the id of the activation that is rehearsed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation stands or would stand; `und` is a language that nobody can tell yet."""

    inbox_id: int
    language: str = "und"
    labels: tuple[str, ...] = ()
    rehearsal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """One activation that goes on: for real or as a rehearsal, with what it froze and what it covers."""

    id: int
    mode: str
    fingerprint: str
    coverage: Coverage


def now(session: Session) -> list[Running]:
    """Return what is in force, newest first, rehearsals included."""
    return asked(session)[1]


def beside(session: Session, own: Coverage) -> tuple[int, ...]:
    """Return the ids of the real activations in force, newest first, that cover some of what `own` covers."""
    return tuple(
        each.id for each in now(session) if each.mode == "real" and each.coverage.meet(own) is not None
    )


def asked(session: Session) -> tuple[int, list[Running]]:
    """Return the desk's epoch and what is in force: one small query, kept until the transaction ends."""
    transaction = session.get_transaction()
    kept = session.info.get(_MEMO)
    if transaction is not None and kept is not None and kept[0] is transaction:
        return kept[1], kept[2]
    rows = session.execute(
        select(Desk.epoch, Activation.id, Activation.mode, Activation.fingerprint, Activation.scope)
        .join(Activation, Activation.ended_at.is_(None), isouter=True)
        .order_by(Activation.id.desc())
    ).all()
    epoch = int(rows[0].epoch) if rows else 0
    found = [
        Running(row.id, row.mode, row.fingerprint, Coverage.of(row.scope))
        for row in rows
        if row.id is not None
    ]
    session.info[_MEMO] = (session.get_transaction(), epoch, found)
    return epoch, found


def forget(session: Session) -> None:
    """Ask anew in this transaction; for who has just changed what is in force."""
    session.info.pop(_MEMO, None)
