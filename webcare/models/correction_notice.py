"""Describes what one person is told in a correction run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class CorrectionNotice(Row):
    """drafted -> queued -> told | unreachable; or skipped, because they were told already.

    One per conversation: `message_id` is the last message in it that stated the wrong version,
    `outbound_id` the message that corrects it, `why` says why somebody is skipped or unreachable.
    """

    __tablename__ = "correction_notices"
    __table_args__ = (
        UniqueConstraint("correction_id", "conversation_id"),
        Index("ix_correction_notices_state", "correction_id", "state", "id"),
        Index(
            "ix_correction_notices_outbound", "outbound_id", postgresql_where=text("outbound_id IS NOT NULL")
        ),
    )

    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    outbound_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    language: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="drafted")
    why: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime]
