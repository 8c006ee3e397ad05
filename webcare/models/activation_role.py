"""Describes who holds which role of an activation, with a deputy."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class ActivationRole(Base):
    """One role of the playbook, the agent who holds it and the one who stands in."""

    __tablename__ = "activation_roles"

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("agents.id"))
