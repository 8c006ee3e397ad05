"""Describes delivery attempts: every time a message was handed to a channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class DeliveryAttempt(Row):
    """One numbered attempt; the unique number is the fence against two workers."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (UniqueConstraint("delivery_id", "attempt_no"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
    attempt_no: Mapped[int] = mapped_column(SmallInteger)
    worker: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    words: Mapped[str] = mapped_column(server_default="")
