"""Says which conversations an agent may know of; every read and every write of them passes here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_

from webcare.domain.rights import Who
from webcare.errors import NotFound
from webcare.models import Conversation

# The largest number that the database can hold; a longer one in a URL is nobody's id.
LARGEST_ID = 2**63 - 1


def visible(who: Who) -> list[ColumnElement[bool]]:
    """Return the conditions that leave only conversations of `who`'s team and urgency."""
    conditions: list[ColumnElement[bool]] = []
    if not who.sees_all_teams:
        conditions.append(or_(*(teams(who))))
    if who.lowest_urgency_seen > 0:
        conditions.append(Conversation.urgency >= who.lowest_urgency_seen)
    return conditions


def teams(who: Who) -> list[ColumnElement[bool]]:
    """Return one condition per team whose conversations `who` sees; none means every team."""
    if who.sees_all_teams:
        return []
    everybody = Conversation.team_id.is_(None)
    return [everybody] if who.team_id is None else [everybody, Conversation.team_id == who.team_id]


def one(who: Who, conversation_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions for one conversation; raise NotFound for a number that can't be an id."""
    if not 0 < conversation_id <= LARGEST_ID:
        raise missing(conversation_id)
    return [Conversation.id == conversation_id, *visible(who)]


def missing(conversation_id: Any) -> NotFound:
    """Return the error that says the same for what isn't there and for what isn't theirs to see."""
    return NotFound(f"There is no conversation {str(conversation_id)[:20]} that you can see.")
