"""Reads the injects of a rehearsal: what was thrown when, and what on the desk meets it, by the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, aliased

from webcare.domain.rights import RIGHTS
from webcare.models import Agent, Inject

# Taken back, or written anew with other words: renewing the wrong words is no mend.
_FACT_MENDED = text("""
    SELECT at, agent_id, how FROM (
        SELECT v.retracted_at AS at, v.retracted_by AS agent_id, 'retracted' AS how
        FROM fact_versions v JOIN facts f ON f.id = v.fact_id
        WHERE f.activation_id = :activation AND f.key = :fact AND v.retracted_at >= :since
        UNION ALL
        SELECT v.entered_at, v.entered_by, 'changed'
        FROM fact_versions v JOIN facts f ON f.id = v.fact_id
        WHERE f.activation_id = :activation AND f.key = :fact AND v.entered_at >= :since
          AND v.said IS DISTINCT FROM (SELECT said FROM fact_versions WHERE id = :version)
    ) mended ORDER BY at LIMIT 1
""")
# All of them: one name that still stands in public is a leak.
_HIDDEN = text("""
    SELECT max(h.at) AS at, min(h.agent_id) AS agent_id, 'hidden' AS how
    FROM unnest(CAST(:raws AS bigint[])) AS raw(id)
    LEFT JOIN messages m ON m.raw_event_id = raw.id
    LEFT JOIN LATERAL (SELECT e.at, e.agent_id FROM events e WHERE e.verb = 'hidden' AND e.noun = 'message'
                       AND e.noun_id = m.id ORDER BY e.id LIMIT 1) h ON true
    HAVING bool_and(h.at IS NOT NULL)
""")
# In the lane of the duty officer, taken by somebody who answers there, and not answered by anybody.
_TAKEN_ON = text("""
    SELECT max(t.claimed_at) AS at, min(t.agent_id) AS agent_id, 'taken on by the duty officer' AS how
    FROM unnest(CAST(:raws AS bigint[])) AS raw(id)
    LEFT JOIN messages m ON m.raw_event_id = raw.id
    LEFT JOIN conversations c ON c.id = m.conversation_id AND c.lane = 'duty'
          AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.conversation_id = c.id
                          AND o.direction = 'outbound')
    LEFT JOIN LATERAL (SELECT s.claimed_at, s.agent_id FROM assignments s JOIN agents a ON a.id = s.agent_id
                       WHERE s.conversation_id = c.id AND a.role = ANY(:duty)
                       ORDER BY s.id LIMIT 1) t ON true
    HAVING bool_and(t.claimed_at IS NOT NULL)
""")
_RUMOUR_ANSWERED = text("""
    SELECT at, agent_id, how FROM (
        SELECT b.published_at AS at, b.author_id AS agent_id, 'answered in an update' AS how
        FROM broadcasts b
        WHERE b.activation_id = :activation AND b.state = 'published' AND b.kind = 'update'
          AND b.published_at >= :since
          AND (b.facts ?| CAST(:facts AS text[]) OR b.parts::text ILIKE ANY (CAST(:patterns AS text[])))
        UNION ALL
        SELECT greatest(v.entered_at, v.verified_at), v.entered_by, 'answered by a fact'
        FROM fact_versions v JOIN facts f ON f.id = v.fact_id
        WHERE f.activation_id = :activation AND f.key = ANY(:facts) AND v.entered_at > :since
          AND v.status <> 'unknown' AND v.verified_at IS NOT NULL AND v.retracted_at IS NULL
    ) answered ORDER BY at LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class InjectRow:
    """One inject of a rehearsal; `subject` holds what was frozen of it, and what it put on the desk."""

    id: int
    activation_id: int
    key: str
    kind: str
    due_at: datetime
    thrown_at: datetime | None
    thrown_by_name: str | None
    subject: dict[str, Any]
    met_at: datetime | None
    met_by_name: str | None
    why: str

    @property
    def title(self) -> dict[str, str]:
        """Return what it is, by language code."""
        titles: dict[str, str] = self.subject.get("title", {})
        return titles

    @property
    def within(self) -> timedelta:
        """Return how long the desk may take."""
        return timedelta(minutes=self.subject.get("within_minutes", 15))

    @property
    def is_held(self) -> bool:
        """Return whether a lead keeps it back."""
        return bool(self.subject.get("held"))

    @property
    def is_marked(self) -> bool:
        """Return whether a lead said in words that it was met, instead of the record."""
        return bool(self.subject.get("marked"))

    def state(self, at: datetime) -> str:
        """Return held, waiting, open, late, met or met_late, as it stands at `at` (aware)."""
        if self.thrown_at is None:
            return "held" if self.is_held else "waiting"
        if self.met_at is not None and self.met_at <= at:
            return "met" if self.met_at - self.thrown_at <= self.within else "met_late"
        return "open" if at - self.thrown_at <= self.within else "late"

    def took(self, at: datetime) -> timedelta | None:
        """Return how long the desk took, or has taken so far at `at`; None before it is thrown."""
        if self.thrown_at is None:
            return None
        return (self.met_at or at) - self.thrown_at


@dataclass(frozen=True, slots=True)
class Deed:
    """What met an inject: when, who did it (None: nobody by name), and how."""

    at: datetime
    agent_id: int | None
    how: str


def of(session: Session, activation_id: int) -> tuple[InjectRow, ...]:
    """Return the injects of a rehearsal in the order of their time; empty for a real activation."""
    thrower, meeter = aliased(Agent), aliased(Agent)
    names = [each for each in InjectRow.__dataclass_fields__ if not each.endswith("_name")]
    asked = (
        select(
            *(getattr(Inject, each) for each in names),
            thrower.name.label("thrown_by_name"),
            meeter.name.label("met_by_name"),
        )
        .join(thrower, thrower.id == Inject.thrown_by, isouter=True)
        .join(meeter, meeter.id == Inject.met_by, isouter=True)
        .where(Inject.activation_id == activation_id)
        .order_by(Inject.due_at, Inject.id)
    )
    return tuple(InjectRow(**each) for each in session.execute(asked).mappings())


def deed(session: Session, row: Inject) -> Deed | None:
    """Return what the desk did that meets a thrown inject, None while it did nothing that does."""
    assert row.thrown_at is not None  # noqa: S101 - asked for thrown ones only
    found = session.execute(*_ASKED[row.kind](row.subject, row)).first()
    return Deed(found.at, found.agent_id, found.how) if found is not None and found.at is not None else None


def conversations(session: Session, rows: Sequence[InjectRow]) -> dict[int, tuple[int, ...]]:
    """Return by inject the conversations in which its messages stand, as far as they were read."""
    asked = text("""
        SELECT i.id, array_agg(DISTINCT m.conversation_id ORDER BY m.conversation_id) AS found
        FROM injects i, jsonb_array_elements_text(coalesce(i.subject -> 'raw_events', '[]')) AS raw(id)
        JOIN messages m ON m.raw_event_id = raw.id::bigint
        WHERE i.id = ANY(:ids) GROUP BY i.id
    """)
    found = session.execute(asked, {"ids": [each.id for each in rows]})
    return {row.id: tuple(row.found) for row in found}


def _of_fact(subject: Mapping[str, Any], row: Inject) -> tuple[Any, dict[str, Any]]:
    asked = {"activation": row.activation_id, "since": row.thrown_at, "fact": subject["fact"]}
    return _FACT_MENDED, {**asked, "version": subject.get("fact_version")}


def _of_leak(subject: Mapping[str, Any], _row: Inject) -> tuple[Any, dict[str, Any]]:
    return _HIDDEN, {"raws": subject["raw_events"]}


def _of_threat(subject: Mapping[str, Any], _row: Inject) -> tuple[Any, dict[str, Any]]:
    duty = [role for role, rights in RIGHTS.items() if "lane.duty" in rights]
    return _TAKEN_ON, {"raws": subject["raw_events"], "duty": duty}


def _of_rumour(subject: Mapping[str, Any], row: Inject) -> tuple[Any, dict[str, Any]]:
    return _RUMOUR_ANSWERED, {
        "activation": row.activation_id,
        "since": row.thrown_at,
        "facts": list(subject.get("facts", ())),
        "patterns": [f"%{_literal(each)}%" for each in subject.get("words", ())],
    }


def _literal(words: str) -> str:
    """Return words in which nothing is a wildcard."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_ASKED: dict[str, Callable[[Mapping[str, Any], Inject], tuple[Any, dict[str, Any]]]] = {
    "wrong_fact": _of_fact,
    "leak": _of_leak,
    "threat": _of_threat,
    "rumour": _of_rumour,
}
