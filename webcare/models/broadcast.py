"""Describes broadcasts: one status update for everybody, in five parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Broadcast(Row):
    """draft -> waiting -> approved -> published | withdrawn; scheduled ones may be paused.

    `parts` holds per language what we know, don't know, do, and what you can do; the fifth part is
    `next_update_at`, an absolute moment. `facts` are the versions it states. `kind` is `update`,
    `nochange`, `correction` (of the run `correction_id`) or `post` (anything else that was planned).
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        Index(
            "ix_broadcasts_due",
            "publish_at",
            postgresql_where=text("state = 'approved' AND paused_at IS NULL"),
        ),
        Index("ix_broadcasts_activation", "activation_id", "id"),
    )

    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    kind: Mapped[str] = mapped_column(server_default="update")
    parts: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    next_update_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(server_default="draft")
    version: Mapped[int] = mapped_column(server_default="1")
    publish_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_why: Mapped[str] = mapped_column(server_default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    created_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
