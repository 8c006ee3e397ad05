"""Reads agents: who works here, in which role and team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.errors import NotFound
from webcare.models import Agent, Team
from webcare.queries.scope import LARGEST_ID


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent; `disabled_at` is the moment since which they can't sign in."""

    id: int
    email: str
    name: str
    initials: str
    role: str
    team_id: int | None
    team_name: str | None
    languages: tuple[str, ...]
    has_password: bool
    created_at: datetime
    disabled_at: datetime | None

    def who(self) -> Who:
        """Return as much of this agent as a decision needs."""
        return Who(self.id, self.name, self.initials, self.role, self.team_id)


def listed(session: Session) -> list[AgentRow]:
    """Return all agents by name, disabled ones included."""
    return [_row(each) for each in session.execute(_agents().order_by(Agent.name, Agent.id)).mappings()]


def working(session: Session) -> list[AgentRow]:
    """Return the agents who can sign in, by name; for choosing who holds a role."""
    asked = _agents().where(Agent.disabled_at.is_(None)).order_by(Agent.name, Agent.id)
    return [_row(each) for each in session.execute(asked).mappings()]


def one(session: Session, agent_id: int) -> AgentRow:
    """Return one agent; raise NotFound when there is none with this id."""
    fits = 0 < agent_id <= LARGEST_ID
    asked = _agents().where(Agent.id == (agent_id if fits else 0))
    found = session.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no agent {str(agent_id)[:20]}.")
    return _row(found)


def by_email(session: Session, email: str) -> AgentRow | None:
    """Return the agent with this address (case doesn't matter), or None."""
    asked = _agents().where(Agent.email == email.strip().lower())
    found = session.execute(asked).mappings().one_or_none()
    return _row(found) if found else None


def is_any(session: Session) -> bool:
    """Return whether there is any agent yet; before that, only the setup link opens the door."""
    return session.execute(select(Agent.id).limit(1)).first() is not None


def _agents() -> Select[Any]:
    names = ("id", "email", "name", "initials", "role", "team_id", "languages", "created_at", "disabled_at")
    return select(
        *(getattr(Agent, name) for name in names),
        Team.name.label("team_name"),
        Agent.password_hash.is_not(None).label("has_password"),
    ).join(Team, Team.id == Agent.team_id, isouter=True)


def _row(found: RowMapping) -> AgentRow:
    return AgentRow(**{**found, "languages": tuple(found["languages"])})
