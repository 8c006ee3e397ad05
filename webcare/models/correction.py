"""Describes correction runs: everyone who was told a wrong fact hears what is right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Correction(Row):
    """drafting -> ready -> sending -> closed | withdrawn; one run per wrong version of a fact.

    `wrong` and `right` hold the words per language as they stood when the run began; `right` is empty
    when nobody knows yet what is right. A run is closed by a person, and only when nobody is left.
    """

    __tablename__ = "corrections"
    __table_args__ = (
        Index(
            "uq_corrections_open",
            "wrong_version_id",
            unique=True,
            postgresql_where=text("state IN ('drafting', 'ready', 'sending')"),
        ),
    )

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id"))
    wrong_version_id: Mapped[int] = mapped_column(ForeignKey("fact_versions.id"))
    right_version_id: Mapped[int | None] = mapped_column(ForeignKey("fact_versions.id"))
    state: Mapped[str] = mapped_column(server_default="drafting")
    wrong: Mapped[dict[str, Any]]
    right: Mapped[dict[str, Any]]
    why: Mapped[str]
    # How far the list of sent messages has been walked, so that a restart goes on where it stopped.
    listed_up_to: Mapped[int] = mapped_column(server_default="0")
    started_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    started_at: Mapped[datetime]
    drafted_at: Mapped[datetime | None]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    approved_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    closed_at: Mapped[datetime | None]
