"""Describes sign-ins: server-side sessions that can be ended from here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class SignIn(Row):
    """One browser of one agent; only the SHA-256 of its token is stored."""

    __tablename__ = "sign_ins"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
