"""Reads teams: agents who share conversations."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webcare.models import Agent, Team


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team and how many agents of it can sign in."""

    id: int
    name: str
    agents: int


def listed(session: Session) -> list[TeamRow]:
    """Return all teams by name."""
    asked = (
        select(Team.id, Team.name, func.count(Agent.id).label("agents"))
        .join(Agent, (Agent.team_id == Team.id) & Agent.disabled_at.is_(None), isouter=True)
        .group_by(Team.id)
        .order_by(Team.name)
    )
    return [TeamRow(**each) for each in session.execute(asked).mappings()]
