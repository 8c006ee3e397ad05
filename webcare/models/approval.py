"""Describes replies that wait for somebody else's yes before they leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Approval(Row):
    """waiting -> approved | returned | expired | withdrawn, for exactly this text.

    `sha256` is that of the text: a changed text needs a new approval. `message_id` is the reply that
    left with it. `not_stated` are facts (key to version) that the text, its author says, doesn't state.
    `is_changed`: the approver mended the text before saying yes.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_token"),
        Index(
            "uq_approvals_waiting",
            "conversation_id",
            "author_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_approvals_waiting", "created_at", "id", postgresql_where=text("state = 'waiting'")),
        Index("ix_approvals_author", "author_id", "id"),
    )

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    approver: Mapped[str]
    why_needed: Mapped[str]
    text: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    reply_template: Mapped[str | None]
    reply_template_version: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    not_stated: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    seen_version: Mapped[int]
    client_token: Mapped[str]
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    is_changed: Mapped[bool] = mapped_column(server_default="false")
    why: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    decided_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
