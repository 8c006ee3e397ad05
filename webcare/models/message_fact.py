"""Describes which fact version each sent message stated."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class MessageFact(Base):
    """One message stated one version of one fact; a correction run starts here."""

    __tablename__ = "message_facts"
    __table_args__ = (Index("ix_message_facts_version", "fact_version_id", "message_id"),)

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    fact_version_id: Mapped[int] = mapped_column(ForeignKey("fact_versions.id"), primary_key=True)
