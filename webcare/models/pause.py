"""Describes pauses that a provider asked for (Retry-After), shared by all workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class Pause(Base):
    """Until when one provider account wants to be left alone, and its words."""

    __tablename__ = "pauses"

    key: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    words: Mapped[str] = mapped_column(server_default="")
