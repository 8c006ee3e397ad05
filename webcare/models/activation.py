"""Describes activations: one dated use of a playbook, real or rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Activation(Row):
    """Who put which playbook in force, why, how bad it is, and in what phase it stands.

    `frozen` is the whole playbook as it was; editing the folder changes nothing that is in force.
    `scope` says for which conversations it holds (`inboxes`, `languages`, `labels`); empty is for all.
    """

    __tablename__ = "activations"
    __table_args__ = (Index("ix_activations_running", "id", postgresql_where=text("ended_at IS NULL")),)

    playbook: Mapped[str]
    playbook_version: Mapped[str]
    fingerprint: Mapped[str]
    frozen: Mapped[dict[str, Any]]
    reason: Mapped[str]
    severity: Mapped[int] = mapped_column(SmallInteger)
    mode: Mapped[str]
    phase: Mapped[str]
    phase_at: Mapped[datetime]
    started_at: Mapped[datetime]
    started_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    next_update_at: Mapped[datetime | None]
    scope: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    options: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
