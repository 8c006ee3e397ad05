"""Describes teams: agents who share conversations."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Team(Row):
    """Agents who share conversations; inboxes of a team are invisible to other teams."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(unique=True)
