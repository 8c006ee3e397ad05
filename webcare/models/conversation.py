"""Describes conversations: the thread between one contact and us in one inbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row

_OPEN = text("state = 'open'")


class Conversation(Row):
    """What the queue is made of.

    `waiting_since` is the arrival of the earliest unanswered message and is empty when nobody waits
    for us. `level_since` is when the present urgency began to count. `version` goes up with every
    inbound and outbound message; a send that saw an older one is refused. `epoch` is the desk's
    epoch that the urgency was assessed under. `lane` says who answers at all (webcare.domain.lanes),
    `lane_by` whose word that is when it isn't triage's.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_queue", "urgency", "due_at", "id", postgresql_where=_OPEN),
        Index(
            "ix_conversations_unassigned",
            "urgency",
            "due_at",
            "id",
            postgresql_where=text("state = 'open' AND assignee_id IS NULL"),
        ),
        Index("ix_conversations_team", "team_id", "urgency", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_conversations_assignee", "assignee_id", "urgency", "due_at", "id", postgresql_where=_OPEN),
        Index("ix_conversations_waiting", "waiting_since", "id", postgresql_where=_OPEN),
        Index("ix_conversations_newest", "last_message_at", "id", postgresql_where=_OPEN),
        Index("ix_conversations_epoch", "epoch", "urgency", postgresql_where=_OPEN),
        Index("ix_conversations_contact", "contact_id", "inbox_id", "id"),
        Index(
            "ix_conversations_claim",
            "claim_expires_at",
            postgresql_where=text("claim_expires_at IS NOT NULL"),
        ),
    )

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    rehearsal_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    subject: Mapped[str] = mapped_column(server_default="")
    preview: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="und")
    is_public: Mapped[bool] = mapped_column(server_default="false")
    state: Mapped[str] = mapped_column(server_default="open")
    state_at: Mapped[datetime]
    urgency: Mapped[int] = mapped_column(SmallInteger)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    intents: Mapped[list[str]] = mapped_column(server_default="{}")
    is_unsure: Mapped[bool] = mapped_column(server_default="false")
    deadline_at: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="1")
    waiting_since: Mapped[datetime | None]
    level_since: Mapped[datetime]
    due_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    claimed_at: Mapped[datetime | None]
    claim_expires_at: Mapped[datetime | None]
    receipt_at: Mapped[datetime | None]
    lane: Mapped[str] = mapped_column(server_default="queue")
    labels: Mapped[list[str]] = mapped_column(server_default="{}")
    lane_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    last_message_at: Mapped[datetime]
    created_at: Mapped[datetime]
