"""Describes deliveries: the way of one outbound message to its contact."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Delivery(Row):
    """queued -> claimed -> sending -> sent | failed | retry_wait | unknown | withheld.

    `sending` is committed before the first byte leaves, so a crash leaves `unknown` behind and
    never a second copy. `withheld` is the end of every reply in a rehearsal.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_due",
            "not_before",
            "id",
            postgresql_where=text("state IN ('queued', 'retry_wait')"),
        ),
        Index(
            "ix_deliveries_leased", "lease_until", postgresql_where=text("state IN ('claimed', 'sending')")
        ),
        Index("ix_deliveries_unknown", "id", postgresql_where=text("state = 'unknown'")),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    state: Mapped[str] = mapped_column(server_default="queued")
    attempt_no: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    not_before: Mapped[datetime]
    claimed_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    provider_id: Mapped[str | None]
    words: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
