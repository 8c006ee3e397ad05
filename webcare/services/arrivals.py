"""Says what reached a conversation since an agent last looked at it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.ago import ago
from webcare.errors import Conflict
from webcare.models import Agent, Contact, Conversation, Message

_NAMED = 3


def refuse_unseen(session: Session, row: Conversation, seen_version: int) -> None:
    """Raise Conflict that names what arrived when `seen_version` is not the conversation's version."""
    if seen_version == row.version:
        return
    missed = row.version - seen_version
    if missed < 0:
        raise Conflict("This page shows a version that doesn't exist; reload it.")
    raise Conflict(f"{_said(session, row, missed)} Nothing was done. Read it first, then decide.")


def _said(session: Session, row: Conversation, missed: int) -> str:
    """Return one sentence per new message, the newest first: who, and how long ago."""
    writer = func.coalesce(Agent.name, func.nullif(Contact.name, ""), "The contact")
    asked = (
        select(Message.direction, Message.at, writer.label("name"))
        .join(Agent, Agent.id == Message.agent_id, isouter=True)
        .join(Contact, Contact.id == row.contact_id)
        .where(Message.conversation_id == row.id, Message.direction != "note")
        .order_by(Message.id.desc())
        .limit(min(missed, _NAMED))
    )
    now = clock.now()
    said = [
        f"{each.name} {'replied' if each.direction == 'outbound' else 'wrote again'} {ago(each.at, now)}."
        for each in session.execute(asked)
    ]
    if missed > _NAMED:
        said.append(f"{missed - _NAMED} more arrived before.")
    return " ".join(said) or "Something new arrived."
