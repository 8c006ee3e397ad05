"""Describes raw events: what arrived, byte for byte, before anybody parsed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class RawEvent(Row):
    """One accepted delivery of one message: received -> read, unreadable or duplicate.

    `attempts` is raised and committed before a worker reads the bytes, so that input which kills
    a worker is set aside as unreadable instead of killing workers for ever.
    """

    __tablename__ = "raw_events"
    __table_args__ = (
        UniqueConstraint("inbox_id", "dedupe_key"),
        Index("ix_raw_events_waiting", "id", postgresql_where=text("state = 'received'")),
        Index(
            "ix_raw_events_suspect",
            "attempts",
            "id",
            postgresql_where=text("state = 'received' AND attempts > 0"),
        ),
        Index(
            "ix_raw_events_odd",
            "inbox_id",
            "state",
            postgresql_where=text("state IN ('unreadable', 'duplicate')"),
        ),
    )

    # No foreign key: its check would lock the inbox's row once per message, and inboxes are never deleted.
    inbox_id: Mapped[int] = mapped_column(BigInteger)
    dedupe_key: Mapped[str]
    external_id: Mapped[str | None]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    state: Mapped[str] = mapped_column(server_default="received")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    leased_by: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    trouble: Mapped[str | None]
