"""Describes events: the append-only timeline of who did what to what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Event(Row):
    """One line of the timeline; a trigger in the database refuses changes. No message text in `data`."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_noun", "noun", "noun_id", "id"),
        Index("ix_events_verb", "verb", "noun_id"),
    )

    at: Mapped[datetime]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    verb: Mapped[str]
    noun: Mapped[str]
    noun_id: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
