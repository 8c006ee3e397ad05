"""Reads the desk's own state: whether replies leave, or wait because somebody paused them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.models import Agent, Desk


@dataclass(frozen=True, slots=True)
class Outbound:
    """The switch for everything that leaves; `paused_at` is empty while replies go out."""

    paused_at: datetime | None
    paused_by_name: str | None


def outbound(session: Session) -> Outbound:
    """Return whether outbound is paused, since when and by whom."""
    asked = select(Desk.outbound_paused_at, Agent.name).join(
        Agent, Agent.id == Desk.outbound_paused_by, isouter=True
    )
    found = session.execute(asked).first()
    return Outbound(*found) if found else Outbound(None, None)
