"""Describes facts: one key of one activation, with its versions elsewhere."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Fact(Row):
    """The name under which replies rest on something; what is true about it stands in its versions."""

    __tablename__ = "facts"
    __table_args__ = (UniqueConstraint("activation_id", "key"),)

    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id"))
    key: Mapped[str]
    kind: Mapped[str]
