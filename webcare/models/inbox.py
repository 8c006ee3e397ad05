"""Describes inboxes: one configured account on one channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Inbox(Row):
    """One account on one channel; `rehearsal_id` marks one whose messages are synthetic."""

    __tablename__ = "inboxes"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    channel: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    rehearsal_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    secrets: Mapped[list[str]] = mapped_column(server_default="{}")
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
