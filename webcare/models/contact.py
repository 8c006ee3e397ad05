"""Describes contacts: customers who write to us."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Contact(Row):
    """One address on one channel; its row lock settles who opens a conversation."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)

    channel: Mapped[str]
    address: Mapped[str]
    name: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str | None]
    created_at: Mapped[datetime]
