"""Describes drafts: an outbound text still being written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Draft(Row):
    """What one agent is writing in one conversation; `facts` maps the key of a fact to its version.

    `not_stated` are facts, likewise, that the words seem to state and, their author says, don't.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("conversation_id", "agent_id"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    reply_template: Mapped[str | None]
    reply_template_version: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    not_stated: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    updated_at: Mapped[datetime]
