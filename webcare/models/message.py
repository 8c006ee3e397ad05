"""Describes messages: one utterance, inbound, outbound or a note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import REAL, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Message(Row):
    """One utterance. What went out does not change; `key` is the fixed id that a provider sees.

    Inbound: `raw_event_id` points to the bytes, `trouble` says why they could not be read, `quoted` is
    the history that hung below an answer; `confidence` (0 to 1) is how sure triage was of the level,
    `model` which learned one took part ("" for the rules alone).
    Outbound: `client_token` makes a double click one reply, `reply_template` and
    `reply_template_version` say what it was written from, `approved_by` who said yes to it, and
    `overrides` which findings a lead let pass, with the reason.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_token"),
        Index("ix_messages_conversation", "conversation_id", "id"),
        Index(
            "uq_messages_external",
            "inbox_id",
            "external_id",
            unique=True,
            postgresql_where=text("direction = 'inbound' AND external_id IS NOT NULL"),
        ),
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    direction: Mapped[str]
    text: Mapped[str]
    quoted: Mapped[str] = mapped_column(server_default="")
    subject: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="und")
    at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    raw_event_id: Mapped[int | None] = mapped_column(ForeignKey("raw_events.id"), unique=True)
    external_id: Mapped[str | None]
    urgency: Mapped[int | None] = mapped_column(SmallInteger)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    intents: Mapped[list[str]] = mapped_column(server_default="{}")
    is_unsure: Mapped[bool] = mapped_column(server_default="false")
    deadline_at: Mapped[datetime | None]
    confidence: Mapped[float | None] = mapped_column(REAL)
    model: Mapped[str | None]
    is_public: Mapped[bool] = mapped_column(server_default="false")
    is_automatic: Mapped[bool] = mapped_column(server_default="false")
    trouble: Mapped[str | None]
    notices: Mapped[list[str]] = mapped_column(server_default="{}")
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(server_default="[]")
    threading: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    key: Mapped[str | None] = mapped_column(unique=True)
    client_token: Mapped[str | None]
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    reply_template: Mapped[str | None]
    reply_template_version: Mapped[int | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    overrides: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
