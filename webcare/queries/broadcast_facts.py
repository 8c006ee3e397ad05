"""Reads the facts that broadcasts and receipts stand on, and whether what was published still holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain.broadcasts import CORRECTION
from webcare.domain.facts import state
from webcare.models import Activation, Fact, FactVersion
from webcare.queries import fact_versions, public_corrections, rules
from webcare.queries.broadcasts import BroadcastRow
from webcare.queries.fact_versions import HeldFact
from webcare.queries.public_corrections import WrongBroadcast


def held(session: Session, rehearsal_id: int | None) -> dict[str, HeldFact]:
    """Return by key the fact versions in force in a rehearsal, or (None) in everything real."""
    return fact_versions.held(session, rules.covering(session, rehearsal_id).activation_ids)


def held_by(session: Session, row: BroadcastRow) -> dict[str, HeldFact]:
    """Return by key the versions that a broadcast may state; a correction comes also after a crisis ended."""
    return fact_versions.held(session, _activations(session, row))


def fallen(session: Session, row: BroadcastRow, stated: tuple[str, int], now: datetime) -> str:
    """Return why a fact (key, version) that was published may not be said any more at `now`; or ''.

    Renewed with the same words it still holds.
    """
    key, version = stated
    found = held_by(session, row).get(key)
    if found is None:
        return f"The fact '{key}' is not in force any more."
    standing = state(found.value, now)
    if standing not in {"valid", "expiring", "unknown"}:
        return f"The fact '{key}' is {standing} now."
    asked = (
        select(FactVersion.said, FactVersion.status)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .where(Fact.key == key, FactVersion.version == version)
        .where(Fact.activation_id.in_(_activations(session, row)))
    )
    same = [(found.value.values, found.value.status)]
    if found.value.version != version and [tuple(each) for each in session.execute(asked)] != same:
        return f"The fact '{key}' has other words now (version {found.value.version})."
    return ""


def private(session: Session, facts: Mapping[str, HeldFact]) -> frozenset[str]:
    """Return the keys of facts that may not be said in public."""
    numbers = {each.version_id: key for key, each in facts.items()}
    asked = select(FactVersion.id).where(FactVersion.id.in_(numbers), ~FactVersion.is_public)
    return frozenset(numbers[number] for number in session.scalars(asked))


def wrong(session: Session, rows: Sequence[BroadcastRow]) -> dict[int, WrongBroadcast]:
    """Return by id the broadcasts that turned out wrong: a version was retracted, or a run corrects it."""
    return _retracted(session, rows) | public_corrections.marks(session, [row.id for row in rows])


def _activations(session: Session, row: BroadcastRow) -> list[int]:
    around = rules.covering(session, row.activation_id if row.is_rehearsal else None).activation_ids
    own = {row.activation_id} if row.kind == CORRECTION and row.activation_id is not None else set()
    return sorted({*around, *own})


def _retracted(session: Session, rows: Sequence[BroadcastRow]) -> dict[int, WrongBroadcast]:
    """Return by id the broadcasts that stated a version which was retracted since."""
    keys = {key for row in rows for key in row.facts}
    asked = (
        select(Fact.key, FactVersion.version, FactVersion.said)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .join(Activation, Activation.id == Fact.activation_id)
        .where(Fact.key.in_(keys), FactVersion.retracted_at.is_not(None), Activation.mode == "real")
        .where(Fact.activation_id.in_({row.activation_id for row in rows}))
    )
    gone = {(key, version): said.values() for key, version, said in session.execute(asked)} if keys else {}
    found = {row.id: [words for each in row.facts.items() for words in gone.get(each, ())] for row in rows}
    is_wrong = [row.id for row in rows if any(each in gone for each in row.facts.items())]
    return {number: WrongBroadcast(None, tuple(found[number])) for number in is_wrong}
