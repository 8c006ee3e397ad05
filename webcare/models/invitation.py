"""Describes one-time links: the setup link, a sign-in link, an invitation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Invitation(Row):
    """A link that works once, for one purpose, until it expires; its token is stored hashed."""

    __tablename__ = "invitations"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[str]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
