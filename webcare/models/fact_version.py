"""Describes fact versions: sourced, owned, dated, never overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class FactVersion(Row):
    """What a fact said from `entered_at` on; only verification and retraction are added later."""

    __tablename__ = "fact_versions"
    __table_args__ = (UniqueConstraint("fact_id", "version"),)

    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id"))
    version: Mapped[int]
    status: Mapped[str]
    said: Mapped[dict[str, Any]]
    source: Mapped[str]
    owner: Mapped[str]
    is_public: Mapped[bool]
    entered_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    entered_at: Mapped[datetime]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    verified_at: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    retracted_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    retracted_why: Mapped[str | None]
