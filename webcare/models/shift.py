"""Describes shifts: when somebody began to work and when they went home."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Shift(Row):
    """One stretch of work of one agent; `break_at` is when they last came back from a break."""

    __tablename__ = "shifts"
    __table_args__ = (
        Index("uq_shifts_running", "agent_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    break_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
