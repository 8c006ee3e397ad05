"""Describes injects: the surprises that a rehearsal throws at the desk, and how the desk took them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Inject(Row):
    """One surprise of one rehearsal: a rumour, a wrong fact, a leak or a threat.

    `subject` names what it put on the desk (conversations, a fact version); `met_at` is when the desk did
    the right thing about it, `why` in which words.
    """

    __tablename__ = "injects"
    __table_args__ = (UniqueConstraint("activation_id", "key"),)

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    key: Mapped[str]
    kind: Mapped[str]
    due_at: Mapped[datetime]
    thrown_at: Mapped[datetime | None]
    thrown_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    subject: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    met_at: Mapped[datetime | None]
    met_by: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
    why: Mapped[str] = mapped_column(server_default="")
