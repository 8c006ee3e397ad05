"""Reads versions of facts: the ones in force, and the ones that messages stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import RowMapping, Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from webcare.domain import reply_time
from webcare.domain.facts import FactStatus, FactVersion
from webcare.domain.playbook import FactKind
from webcare.domain.playbook.rehearsal import SOURCE
from webcare.models import Activation, Fact, MessageFact
from webcare.models import FactVersion as FactVersionTable

# Renewed with the same words, a fact still holds (or was taken back) for a reply that states the older
# version. An unverified renewal renews nothing yet. A measured time to answer that changed while a receipt
# stood in line is no reason to send nothing at all: it may be an hour old. What a lead let pass, knowing that
# it had fallen, leaves.
_FALLEN = text("""
    SELECT f.key, coalesce(v.retracted_at, again.retracted_at) AS retracted_at,
           coalesce(again.valid_until, v.valid_until) AS valid_until
    FROM message_facts s JOIN fact_versions v ON v.id = s.fact_version_id JOIN facts f ON f.id = v.fact_id
    JOIN LATERAL (SELECT max(n.version) AS version FROM fact_versions n WHERE n.fact_id = v.fact_id) newest
        ON true
    LEFT JOIN fact_versions again ON again.fact_id = v.fact_id AND again.version = newest.version
        AND again.said = v.said AND again.status = v.status
        AND (again.verified_by IS NOT NULL OR again.retracted_at IS NOT NULL)
    JOIN messages m ON m.id = s.message_id
    WHERE s.message_id = :message
      AND NOT (coalesce(v.retracted_at, again.retracted_at) IS NOT NULL
               AND coalesce(v.retracted_at, again.retracted_at) <= m.at
               AND jsonb_exists(m.overrides, 'retracted_fact'))
      AND NOT (coalesce(v.retracted_at, again.retracted_at) IS NULL
               AND coalesce(coalesce(again.valid_until, v.valid_until) <= m.at, false)
               AND jsonb_exists(m.overrides, 'expired_fact'))
      AND (v.retracted_at IS NOT NULL OR again.retracted_at IS NOT NULL
           OR (v.status <> 'unknown' AND coalesce(again.valid_until, v.valid_until) <= :now
               - CASE WHEN starts_with(f.key, 'reply_eta.') THEN interval '1 hour' ELSE interval '0' END))
    ORDER BY f.key
""")
# In a rehearsal the starting facts were verified by two people who don't exist.
_FICTIONAL = ("rehearsal-fact-keeper", "rehearsal-second-verifier")


@dataclass(frozen=True, slots=True)
class HeldFact:
    """The version of a fact that is in force: its row's id, its activation and what it says."""

    version_id: int
    activation_id: int
    value: FactVersion


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One version of a fact that a message stated, and what became of that version."""

    version_id: int
    key: str
    version: int
    said: dict[str, str]
    status: str
    valid_until: datetime | None
    retracted_at: datetime | None


@dataclass(frozen=True, slots=True)
class FallenFact:
    """A fact that was retracted, or else is over since `valid_until`, after a message stated it."""

    key: str
    retracted_at: datetime | None
    valid_until: datetime | None


def held(session: Session, activation_ids: Sequence[int]) -> dict[str, HeldFact]:
    """Return by key the newest version in these activations, whatever became of it.

    When two activations know the same key, the last word counts, also when it is a retraction:
    a wrong sentence must not come back because another playbook once said it too.
    """
    if not activation_ids:
        return {}
    asked = (
        versions()
        .where(Fact.activation_id.in_(activation_ids))
        .ext(distinct_on(Fact.key))
        .order_by(Fact.key, FactVersionTable.id.desc())
    )
    return {
        found["key"]: HeldFact(found["version_id"], found["activation_id"], value(found))
        for found in session.execute(asked).mappings()
    }


def for_reader(held: Mapping[str, HeldFact], inbox_slug: str, language: str) -> dict[str, HeldFact]:
    """Return the facts for one conversation: of all measured times to answer only its own, as reply_eta."""
    own = held.get(reply_time.fact_key(inbox_slug, language))
    found = {key: each for key, each in held.items() if reply_time.declared(key) != reply_time.KEY}
    if own is not None:
        found[reply_time.KEY] = replace(own, value=replace(own.value, key=reply_time.KEY))
    return found


def stated_by(session: Session, message_ids: Sequence[int]) -> dict[int, tuple[StatedFact, ...]]:
    """Return what each message stated, by message id."""
    if not message_ids:
        return {}
    names = [name for name in StatedFact.__dataclass_fields__ if name not in {"version_id", "key"}]
    asked = (
        select(
            MessageFact.message_id,
            FactVersionTable.id.label("version_id"),
            Fact.key,
            *(getattr(FactVersionTable, name) for name in names),
        )
        .join(FactVersionTable, FactVersionTable.id == MessageFact.fact_version_id)
        .join(Fact, Fact.id == FactVersionTable.fact_id)
        .where(MessageFact.message_id.in_(message_ids))
        .order_by(Fact.key)
    )
    found: dict[int, tuple[StatedFact, ...]] = {}
    for each in session.execute(asked).mappings():
        row = StatedFact(**{name: each[name] for name in StatedFact.__dataclass_fields__})
        found[each["message_id"]] = (*found.get(each["message_id"], ()), row)
    return found


def fallen(session: Session, message_id: int, now: datetime) -> tuple[FallenFact, ...]:
    """Return the facts that a message states and that may not be stated any more at `now` (aware)."""
    found = session.execute(_FALLEN, {"message": message_id, "now": now})
    return tuple(FallenFact(row.key, row.retracted_at, row.valid_until) for row in found)


def versions() -> Select[Any]:
    """Return the select of every version with what `value` needs; callers narrow and order it."""
    names = (
        *("version", "status", "said", "source", "owner", "is_public", "entered_by", "entered_at"),
        *("verified_by", "verified_at", "valid_until", "retracted_at", "retracted_by", "retracted_why"),
    )
    return (
        select(
            FactVersionTable.id.label("version_id"),
            Fact.activation_id,
            Fact.key,
            Fact.kind,
            Activation.mode,
            *(getattr(FactVersionTable, name) for name in names),
        )
        .join(Fact, Fact.id == FactVersionTable.fact_id)
        .join(Activation, Activation.id == Fact.activation_id)
    )


def value(found: RowMapping) -> FactVersion:
    """Return a row of `versions` as the value that the domain decides about."""
    is_made_up = found["mode"] == "rehearsal" and found["source"] == SOURCE
    verified = (str(found["verified_by"]),) if found["verified_by"] is not None else ()
    status = "retracted" if found["retracted_at"] is not None else found["status"]
    return FactVersion(
        key=found["key"],
        version=found["version"],
        values=found["said"],
        status=cast("FactStatus", status),
        source=found["source"],
        owner=found["owner"],
        kind=cast("FactKind", found["kind"]),
        verified_by=_FICTIONAL[1:] if is_made_up else verified,
        verified_at=found["verified_at"],
        valid_until=found["valid_until"],
        entered_by=_FICTIONAL[0] if is_made_up else str(found["entered_by"]),
    )
