"""Describes the ticked steps of an activation's first-hour checklist."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class ActivationStep(Base):
    """One step of the checklist that somebody did, and when."""

    __tablename__ = "activation_steps"

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime]
    done_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
