"""Looks in a conversation for the journey that was read back, and for the contact's YES to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain import read_back
from webcare.domain.read_back import Spoken
from webcare.models import Conversation, Message
from webcare.queries.rules import InForce

_LOOKED_AT = 100


def thread(session: Session, row: Conversation, in_force: InForce) -> tuple[Spoken, ...]:
    """Return the newest messages of both sides, oldest first; notes and automatic mail are no answers."""
    asked = (
        select(Message.direction, Message.text, Message.reply_template)
        .where(
            Message.conversation_id == row.id,
            Message.direction.in_(("inbound", "outbound")),
            Message.is_automatic.is_(False),
        )
        .order_by(Message.id.desc())
        .limit(_LOOKED_AT)
    )
    return tuple(
        _spoken((each.direction, each.text), each.reply_template, in_force)
        for each in reversed(session.execute(asked).all())
    )


def _spoken(said: tuple[str, str], key: str | None, in_force: InForce) -> Spoken:
    direction, text = said
    found = in_force.reply(key) if direction == "outbound" and key is not None else None
    if found is None or found[1].step != "read-back":
        return Spoken("outbound" if direction == "outbound" else "inbound", text)
    return Spoken("outbound", text, "read-back", read_back.itinerary(found[1], text))
