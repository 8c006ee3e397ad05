"""Decides whether a fact may be stated: valid, expiring, expired, retracted, unverified or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from webcare.domain.playbook.sentences import FactKind

FactStatus = Literal["confirmed", "likely", "unknown", "retracted"]
FactState = Literal["valid", "expiring", "expired", "retracted", "unverified", "unknown"]

LAST_PART = 0.2
"""Share of its life in which a fact counts as expiring, so that its owner is asked in time."""

PEOPLE_FOR_CONTACT = 2
"""A wrong telephone number is itself a crisis: two different people must have seen it."""


@dataclass(frozen=True, slots=True)
class FactVersion:
    """One version of one fact, as it was written down.

    `values` holds the sentence per language code. `verified_by` and `entered_by` are names or ids
    of agents; moments are aware. Raises ValueError when a moment has no zone.
    """

    key: str
    version: int
    values: Mapping[str, str]
    status: FactStatus
    source: str
    owner: str
    kind: FactKind
    verified_by: tuple[str, ...] = ()
    verified_at: datetime | None = None
    valid_until: datetime | None = None
    entered_by: str = ""

    def __post_init__(self) -> None:
        """Refuse moments without a zone."""
        for moment in (self.verified_at, self.valid_until):
            if moment is not None and moment.tzinfo is None:
                raise ValueError(
                    f"The fact '{self.key}' has a moment without a zone; give it one, such as UTC."
                )


def state(fact: FactVersion, now: datetime) -> FactState:
    """Return how far a fact can be trusted at `now` (aware)."""
    if fact.status == "retracted":
        return "retracted"
    if fact.status == "unknown":
        return "unknown"
    if not _is_verified(fact) or fact.verified_at is None or fact.valid_until is None:
        return "unverified"
    if now >= fact.valid_until:
        return "expired"
    life = fact.valid_until - fact.verified_at
    return "expiring" if now >= fact.valid_until - life * LAST_PART else "valid"


def usable(fact: FactVersion, now: datetime) -> bool:
    """Return whether a reply may state this fact at `now` (aware)."""
    return state(fact, now) in {"valid", "expiring"}


def people(fact: FactVersion) -> frozenset[str]:
    """Return the different people who saw a fact: who wrote it down and who verified it."""
    return frozenset(who.strip().casefold() for who in (fact.entered_by, *fact.verified_by) if who.strip())


def _is_verified(fact: FactVersion) -> bool:
    """Return whether enough people stand behind a fact; a telephone number can't be likely."""
    if fact.kind == "computed":
        return True
    if not fact.verified_by:
        return False
    if fact.kind == "contact":
        return fact.status == "confirmed" and len(people(fact)) >= PEOPLE_FOR_CONTACT
    return fact.kind != "legal" or fact.status == "confirmed"
