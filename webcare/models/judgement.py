"""Describes what people said of how urgent a message is and of what it asks: triage learns from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class Judgement(Row):
    """One change of level or intents by a person, beside what stood there before and which model said so.

    It holds no words of the contact: the messages from `heard_from` until `at` are read where they stand,
    so what is erased there is unlearned with the next model.
    """

    __tablename__ = "judgements"
    __table_args__ = (Index("ix_judgements_conversation", "conversation_id", "at"),)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    at: Mapped[datetime]
    heard_from: Mapped[datetime]
    level: Mapped[int] = mapped_column(SmallInteger)
    intents: Mapped[list[str]]
    level_before: Mapped[int] = mapped_column(SmallInteger)
    intents_before: Mapped[list[str]]
    model: Mapped[str] = mapped_column(server_default="")
