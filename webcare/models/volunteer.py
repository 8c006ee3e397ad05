"""Describes volunteers: how somebody came to help in one activation, and how far they are trusted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class Volunteer(Base):
    """One agent with the role volunteer, for one activation; `buddy_id` answers their questions.

    `unchanged` counts the replies that were approved without a change; enough of them in a row earn
    trust (`trusted_at`), and a returned reply sets the count back to nothing.
    """

    __tablename__ = "volunteers"

    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"), index=True)
    code_version: Mapped[str]
    code_accepted_at: Mapped[datetime]
    card_read_at: Mapped[datetime | None]
    buddy_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    unchanged: Mapped[int] = mapped_column(server_default="0")
    trusted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
