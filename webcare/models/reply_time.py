"""Describes measured reply times: how long an answer took and what we say it will take."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class ReplyTime(Row):
    """One measurement for one inbox and language.

    `expected_minutes` is what we publish and is empty when nothing honest can be said; `measured_minutes`
    is the median wait of the `replies` that people got lately, `waiting` how many wait now.
    """

    __tablename__ = "reply_times"
    __table_args__ = (Index("ix_reply_times_newest", "inbox_id", "language", "measured_at"),)

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"))
    language: Mapped[str]
    measured_at: Mapped[datetime]
    expected_minutes: Mapped[int | None]
    measured_minutes: Mapped[int | None]
    replies: Mapped[int]
    waiting: Mapped[int]
