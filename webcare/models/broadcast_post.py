"""Describes what a broadcast said on one channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class BroadcastPost(Row):
    """queued -> sending -> sent | failed | unknown | withheld: one text in one language on one inbox.

    As with replies, `sending` is committed before the first byte leaves.
    """

    __tablename__ = "broadcast_posts"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "inbox_id", "language"),
        Index(
            "ix_broadcast_posts_due",
            "not_before",
            "id",
            postgresql_where=text("state IN ('queued', 'retry_wait', 'sending')"),
        ),
    )

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id"))
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    language: Mapped[str]
    text: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    attempts: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(server_default="")
    changed_at: Mapped[datetime]
