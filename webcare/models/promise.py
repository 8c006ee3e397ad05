"""Describes promises of time: what we said we would say, by when, and whether we did."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Promise(Row):
    """A next update that was promised; kept when one was published before `due_at`, else missed.

    `moved_at` is set when a later word replaced it in time: a promise that was moved is neither.
    """

    __tablename__ = "promises"
    __table_args__ = (Index("ix_promises_activation", "activation_id", "due_at"),)

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    due_at: Mapped[datetime]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    kept_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id"))
