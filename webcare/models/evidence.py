"""Describes evidence: the bytes of a threat or a cry for help, kept beside the message and hashed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Evidence(Row):
    """A copy that outlives the keeping times of messages; a trigger in the database refuses changes."""

    __tablename__ = "evidence"

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    # No foreign key to the bytes it was copied from: those are swept when their time is over.
    raw_event_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    kept_at: Mapped[datetime]
    why: Mapped[str]
