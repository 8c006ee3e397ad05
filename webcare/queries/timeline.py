"""Reads the timeline: what was done, by whom, when; conversations that are not theirs stay hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.models import Agent, Conversation, Event
from webcare.queries import scope

# Nouns that anybody on the desk may read about. What stands in neither list is for those who see
# all teams, because it may name a conversation of another team.
SHARED = ("activation", "fact", "playbook", "desk", "broadcast", "correction")
# Who signs in, who is invited: for those who manage agents.
PRIVATE = ("agent", "sign_in", "invitation")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of the timeline; `agent_name` is None when the system did it."""

    id: int
    at: datetime
    agent_id: int | None
    agent_name: str | None
    agent_initials: str | None
    verb: str
    noun: str
    noun_id: int | None
    data: dict[str, Any]


def about(session: Session, who: Who, thing: tuple[str, int], limit: int = 100) -> tuple[EventRow, ...]:
    """Return the newest events about one thing (noun, id) that `who` may see, oldest first."""
    noun, noun_id = thing
    asked = _events(who).where(Event.noun == noun, Event.noun_id == noun_id)
    found = session.execute(asked.order_by(Event.id.desc()).limit(limit)).mappings()
    return tuple(reversed([EventRow(**each) for each in found]))


def latest(session: Session, who: Who, before: int | None = None, limit: int = 100) -> tuple[EventRow, ...]:
    """Return the newest events that `who` may see, newest first; `before` is the id to go on from."""
    asked = _events(who)
    if before is not None:
        asked = asked.where(Event.id < before)
    found = session.execute(asked.order_by(Event.id.desc()).limit(min(max(limit, 1), 500))).mappings()
    return tuple(EventRow(**each) for each in found)


def _events(who: Who) -> Select[Any]:
    names = [name for name in EventRow.__dataclass_fields__ if not name.startswith("agent_")]
    return (
        select(
            *(getattr(Event, name) for name in names),
            Event.agent_id,
            Agent.name.label("agent_name"),
            Agent.initials.label("agent_initials"),
        )
        .join(Agent, Agent.id == Event.agent_id, isouter=True)
        .where(_readable(who))
    )


def _readable(who: Who) -> ColumnElement[bool]:
    theirs = select(Conversation.id).where(Conversation.id == Event.noun_id, *scope.visible(who))
    conversation = and_(Event.noun == "conversation", theirs.exists())
    if who.may("agent.manage"):
        return or_(Event.noun != "conversation", conversation)
    if who.sees_all_teams:
        return and_(Event.noun.not_in(PRIVATE), or_(Event.noun != "conversation", conversation))
    return or_(Event.noun.in_(SHARED), conversation)
