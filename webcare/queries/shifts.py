"""Reads shifts: who works now, since when, and who needs a break."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from webcare.domain.shifts import MOST_U0, REST, WITHOUT_BREAK
from webcare.models import Agent, Conversation, Shift

# One row per agent and reason; what was told once stays told.
_WORN = text("""
    SELECT w.agent_id, w.initials, w.kind, w.count, w.key FROM (
        SELECT s.agent_id, a.initials, 'break' AS kind, 0 AS count,
               'agent.welfare:break:' || s.id || ':'
               || extract(epoch FROM coalesce(s.break_at, s.started_at))::bigint AS key
        FROM shifts s JOIN agents a ON a.id = s.agent_id
        WHERE s.ended_at IS NULL AND a.disabled_at IS NULL AND coalesce(s.break_at, s.started_at) <= :long_ago
        UNION ALL
        SELECT h.agent_id, a.initials, 'u0', h.count, 'agent.welfare:u0:' || h.agent_id || ':' || :day
        FROM (SELECT t.agent_id, count(DISTINCT t.conversation_id) AS count
              FROM assignments t JOIN conversations c ON c.id = t.conversation_id
              WHERE t.claimed_at >= :midnight AND c.urgency = 0 AND c.rehearsal_id IS NULL
              GROUP BY t.agent_id HAVING count(DISTINCT t.conversation_id) >= :most) h
        JOIN agents a ON a.id = h.agent_id) w
    WHERE NOT EXISTS (SELECT 1 FROM alerts l WHERE l.coalesce_key = w.key)
    ORDER BY w.key
""")


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift that runs; `break_at` lies ahead while its agent is on a break."""

    id: int
    agent_id: int
    name: str
    initials: str
    role: str
    languages: tuple[str, ...]
    started_at: datetime
    ends_at: datetime | None
    break_at: datetime | None
    claimed: int

    def is_on_break(self, now: datetime) -> bool:
        """Return whether they are away from the screen at `now`."""
        return self.break_at is not None and self.break_at > now

    def is_over(self, now: datetime) -> bool:
        """Return whether they should finish what they have and go home."""
        return self.ends_at is not None and self.ends_at <= now


@dataclass(frozen=True, slots=True)
class Worn:
    """Somebody of whom the lead has to hear: `kind` is break or u0, `key` names this one alert."""

    agent_id: int
    initials: str
    kind: str
    count: int
    key: str


def running(session: Session) -> list[ShiftRow]:
    """Return who is on shift, the longest first."""
    return [_row(each) for each in session.execute(_rows().order_by(Shift.started_at, Shift.id)).mappings()]


def of_agent(session: Session, agent_id: int) -> ShiftRow | None:
    """Return the shift of an agent that runs, or None."""
    found = session.execute(_rows().where(Shift.agent_id == agent_id)).mappings().one_or_none()
    return _row(found) if found else None


def worked(session: Session, agent_id: int, now: datetime) -> timedelta:
    """Return how long an agent worked in shifts that began and ended in the hours before `now`."""
    asked = select(Shift.started_at, Shift.ended_at).where(
        Shift.agent_id == agent_id, Shift.ended_at.is_not(None), Shift.started_at > now - REST
    )
    return sum((row.ended_at - row.started_at for row in session.execute(asked)), timedelta(0))


def worn(session: Session, now: datetime, midnight: datetime) -> list[Worn]:
    """Return who worked too long or handled too many U0 since `midnight`, unless the lead heard of it."""
    values = {"long_ago": now - WITHOUT_BREAK, "midnight": midnight, "most": MOST_U0}
    found = session.execute(_WORN, {**values, "day": midnight.date().isoformat()})
    return [Worn(**row) for row in found.mappings()]


def _rows() -> Select[Any]:
    claimed = select(func.count()).where(Conversation.assignee_id == Agent.id).scalar_subquery()
    names = ("id", "agent_id", "started_at", "ends_at", "break_at")
    return (
        select(*(getattr(Shift, name) for name in names))
        .add_columns(Agent.name, Agent.initials, Agent.role, Agent.languages, claimed.label("claimed"))
        .join(Agent, Agent.id == Shift.agent_id)
        .where(Shift.ended_at.is_(None), Agent.disabled_at.is_(None))
    )


def _row(found: Any) -> ShiftRow:
    return ShiftRow(**{**found, "languages": tuple(found["languages"])})
