"""Describes assignments: who owned a conversation, from when until when, and why it ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Assignment(Row):
    """One spell of one agent owning one conversation; the present owner stands on the conversation."""

    __tablename__ = "assignments"
    __table_args__ = (Index("ix_assignments_conversation", "conversation_id", "id"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    claimed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None]
