"""Hands an agent the next conversation: the most urgent that waits, is free, and is theirs to answer."""

from __future__ import annotations

from sqlalchemy import ColumnElement, literal_column, or_, select
from sqlalchemy.orm import Session

from webcare.domain.lanes import RIGHT
from webcare.domain.language import UNKNOWN
from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.models import Agent, Conversation
from webcare.queries import scope
from webcare.services import assignment


def next_one(session: Session, who: Who) -> int | None:
    """Claim the conversation that has waited longest of the most urgent, and return it; None without one.

    Offered are those that wait for us, in a language that the agent speaks (any, when none was said),
    in a lane that the agent may answer. Two who ask at once get two different ones. Raises NotAllowed.
    """
    if not who.may("conversation.claim"):
        raise NotAllowed("Your role can read conversations but not claim them.")
    asked = (
        select(Conversation.id)
        .where(
            # Written out, not bound: only so does the planner use the index of what is free.
            Conversation.state == literal_column("'open'"),
            Conversation.assignee_id.is_(None),
            Conversation.waiting_since.is_not(None),
            *_answerable(session, who),
            *scope.visible(who),
        )
        .order_by(Conversation.urgency, Conversation.due_at, Conversation.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    found = session.scalar(asked)
    if found is not None:
        assignment.claim(session, who, found)
    return found


def _answerable(session: Session, who: Who) -> list[ColumnElement[bool]]:
    lanes = ["queue", *(lane for lane, right in RIGHT.items() if who.may(right))]
    conditions: list[ColumnElement[bool]] = [Conversation.lane.in_(lanes)]
    spoken = session.scalar(select(Agent.languages).where(Agent.id == who.agent_id))
    if spoken:
        conditions.append(or_(Conversation.language.in_(spoken), Conversation.language == UNKNOWN))
    return conditions
