"""Reads what stands around a reply: whose it is, on which channel, and what we said before in public."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.models import Contact, Conversation, Inbox, Message

_EARLIER = 20


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a reply: whose it is, how long it may be, and what we said in public before."""

    contact_name: str
    language: str
    channel: str
    is_public: bool
    limit: int | None
    wants_signature: bool
    earlier: tuple[str, ...]


def around(session: Session, row: Conversation) -> Around:
    """Return what stands around a reply in this conversation."""
    asked = (
        select(Contact.name, Inbox.channel, Inbox.options)
        .select_from(Conversation)
        .join(Contact, Contact.id == Conversation.contact_id)
        .join(Inbox, Inbox.id == Conversation.inbox_id)
        .where(Conversation.id == row.id)
    )
    found = session.execute(asked).one()
    limit = found.options.get("max_length")
    return Around(
        contact_name=found.name,
        language=row.language,
        channel=found.channel,
        is_public=row.is_public,
        limit=limit if isinstance(limit, int) and limit > 0 else None,
        wants_signature=row.is_public and bool(found.options.get("signature", True)),
        earlier=_earlier(session, row) if row.is_public else (),
    )


def _earlier(session: Session, row: Conversation) -> tuple[str, ...]:
    asked = (
        select(Message.text)
        .where(Message.conversation_id == row.id, Message.direction == "outbound")
        .order_by(Message.id.desc())
        .limit(_EARLIER)
    )
    return tuple(session.scalars(asked))
