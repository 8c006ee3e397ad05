"""Describes agents: people of ours who answer, with one role each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Agent(Row):
    """A person of ours; `role` is one of webcare.domain.rights.ROLES."""

    __tablename__ = "agents"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    initials: Mapped[str]
    role: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    password_hash: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(server_default="{}")
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
