"""Remembers that personal data which somebody posted in public was hidden on the channel (R09)."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import alerts as words_for
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, NotFound
from webcare.models import Conversation, Message
from webcare.queries import scope
from webcare.queries.conversations import HIDDEN
from webcare.services import timeline


def hide(session: Session, who: Who, message_id: int) -> int:
    """Write down that `who` hid this public message on its channel; return its conversation.

    The alert about it ends. Raises NotAllowed, and NotFound for what isn't a contact's public message.
    """
    if not who.may("note.write"):
        raise NotAllowed("Your role reads along; ask a colleague to hide it.")
    theirs = select(Conversation.id).where(*scope.visible(who), Conversation.id == Message.conversation_id)
    notice = f"{HIDDEN} by {who.name}, {words_for.at(clock.now())}."
    hiding = (
        update(Message)
        .where(
            Message.id == message_id,
            Message.direction == "inbound",
            Message.is_public,
            theirs.exists(),
        )
        .values(notices=func.array_append(Message.notices, notice))
        .returning(Message.conversation_id)
    )
    place = session.execute(hiding).scalar_one_or_none()
    if place is None:
        raise NotFound("There is no public message of a contact here that you can see.")
    timeline.record(session, who, "hidden", ("message", message_id), conversation=place)
    live.tell(session, "conversation", [place])
    return int(place)
