"""Describes idempotency keys: a sender that repeats a request gets the same answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class IdempotencyKey(Base):
    """The answer given to one `Idempotency-Key` of one inbox, and the hash of the body it was for."""

    __tablename__ = "idempotency_keys"

    inbox_id: Mapped[int] = mapped_column(ForeignKey("inboxes.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
