"""Describes who approved a legal, medical or self-harm text, by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Row


class TextApproval(Row):
    """An admin's yes to exactly these words; a changed text is a sample again.

    `noun` is `reply` or `snippet`, `key` its key in the playbook, `sha256` that of its texts.
    """

    __tablename__ = "text_approvals"
    __table_args__ = (UniqueConstraint("playbook", "noun", "key", "sha256"),)

    playbook: Mapped[str]
    noun: Mapped[str]
    key: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    approved_by: Mapped[int] = mapped_column(ForeignKey("agents.id"))
    approved_at: Mapped[datetime]
