"""Describes alerts: what Slack is told, and what stands on the desk without it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Alert(Row):
    """One line for the people who are not looking at the desk.

    Alerts with the same `coalesce_key` that still wait become one, counted. `desk` is the state of
    an alert that has no Slack to go to.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_waiting",
            "coalesce_key",
            unique=True,
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_alerts_due", "not_before", "id", postgresql_where=text("state = 'queued'")),
        Index("ix_alerts_key", "coalesce_key", "id"),
    )

    kind: Mapped[str]
    slack_channel: Mapped[str]
    text: Mapped[str]
    coalesce_key: Mapped[str]
    count: Mapped[int] = mapped_column(server_default="1")
    activation_id: Mapped[int | None] = mapped_column(ForeignKey("activations.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id"))
    state: Mapped[str] = mapped_column(server_default="queued")
    attempt_no: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    slack_ts: Mapped[str | None]
    words: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
