"""Reads what happened during one activation: to itself, its facts, its updates and its corrections."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from webcare.models import Agent, Broadcast, Correction, Event, Fact
from webcare.queries.timeline import EventRow

MOST = 300


def of(session: Session, activation_id: int, limit: int = MOST) -> tuple[EventRow, ...]:
    """Return the newest events of an activation, oldest first; only nouns that everybody may read about."""
    places = (
        (Fact, "fact"),
        (Broadcast, "broadcast"),
        (Correction, "correction"),
    )
    about = [
        and_(
            Event.noun == noun,
            Event.noun_id.in_(select(model.id).where(model.activation_id == activation_id)),
        )
        for model, noun in places
    ]
    own = and_(Event.noun == "activation", Event.noun_id == activation_id)
    names = [name for name in EventRow.__dataclass_fields__ if not name.startswith("agent_")]
    asked = (
        select(
            *(getattr(Event, name) for name in names),
            Event.agent_id,
            Agent.name.label("agent_name"),
            Agent.initials.label("agent_initials"),
        )
        .join(Agent, Agent.id == Event.agent_id, isouter=True)
        .where(or_(own, *about))
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return tuple(reversed([EventRow(**each) for each in session.execute(asked).mappings()]))
