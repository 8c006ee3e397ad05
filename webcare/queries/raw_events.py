"""Reads the bytes of a message as they came in, for the agent who may see its conversation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.errors import NotFound
from webcare.models import Conversation, Message, RawEvent
from webcare.queries import scope
from webcare.queries.scope import LARGEST_ID


def body(session: Session, who: Who, message_id: int) -> bytes:
    """Return the raw bytes behind a message; raise NotFound when there are none that `who` may see."""
    asked = (
        select(RawEvent.body)
        .join(Message, Message.raw_event_id == RawEvent.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Message.id == min(message_id, LARGEST_ID), *scope.visible(who))
    )
    found = session.execute(asked).scalar_one_or_none()
    if found is None:
        raise NotFound("There are no bytes of that message that you can see.")
    return bytes(found)
