"""Writes one message of ours down and queues it for its channel; whether it may leave was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webcare import clock, queues
from webcare.models import Conversation, Delivery, Message, MessageFact


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text of ours and what it rests on; `version_ids` are the rows of the fact versions it states.

    `agent_id` is None for a receipt of the desk's own (`is_automatic`). `overrides` maps the name of a
    finding to who let it pass and why.
    """

    text: str
    language: str
    agent_id: int | None = None
    client_token: str | None = None
    activation_id: int | None = None
    reply_template: tuple[str, int] | None = None
    version_ids: tuple[int, ...] = ()
    approved_by: int | None = None
    is_automatic: bool = False
    overrides: Mapping[str, object] = field(default_factory=dict)


class Queued(NamedTuple):
    """The rows that a queued message has."""

    message_id: int
    delivery_id: int


def queue(session: Session, row: Conversation, what: Outgoing) -> Queued:
    """Write `what` into the conversation and queue its delivery; the conversation itself stays as it is."""
    now = clock.now()
    key, version = what.reply_template or (None, None)
    writing = insert(Message).values(
        conversation_id=row.id,
        inbox_id=row.inbox_id,
        direction="outbound",
        text=what.text,
        subject=row.subject,
        language=what.language,
        at=now,
        agent_id=what.agent_id,
        is_public=row.is_public,
        is_automatic=what.is_automatic,
        key=str(uuid4()),
        client_token=what.client_token,
        activation_id=what.activation_id,
        reply_template=key,
        reply_template_version=version,
        approved_by=what.approved_by,
        overrides=dict(what.overrides),
    )
    message_id = session.execute(writing.returning(Message.id)).scalar_one()
    stated = [{"message_id": message_id, "fact_version_id": each} for each in what.version_ids]
    if stated:
        session.execute(insert(MessageFact), stated)
    queuing = insert(Delivery).values(
        message_id=message_id, inbox_id=row.inbox_id, not_before=now, created_at=now, changed_at=now
    )
    delivery_id = session.execute(queuing.returning(Delivery.id)).scalar_one()
    queues.after_commit(session, "delivery")
    return Queued(message_id, delivery_id)
