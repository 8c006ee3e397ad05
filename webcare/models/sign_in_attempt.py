"""Describes failed sign-ins per account, counted before the password is looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from webcare.db import Base


class SignInAttempt(Base):
    """A counter that parallel guesses can't slip past: it is raised and committed first."""

    __tablename__ = "sign_in_attempts"

    email: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since_at: Mapped[datetime]
