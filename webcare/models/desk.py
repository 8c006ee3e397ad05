"""Describes the desk itself: one row with its epoch and its outbound switch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class Desk(Base):
    """The only row. `epoch` goes up whenever what is in force changes, and the backlog is re-triaged.

    `learned_at` is when triage last tried to learn from what people judged.
    """

    __tablename__ = "desk"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(server_default="0")
    outbound_paused_at: Mapped[datetime | None]
    outbound_paused_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    learned_at: Mapped[datetime | None]
