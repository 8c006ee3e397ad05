"""Describes heartbeats: which process was alive when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class Heartbeat(Base):
    """A sign of life of one worker, clock or listener; `role` is its queue or its job."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
