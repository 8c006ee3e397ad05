"""Keeps the signs of life of workers, the clock and the listeners."""

from __future__ import annotations

import os
import platform

from sqlalchemy import text
from sqlalchemy.orm import Session

_BEAT = text("""
    INSERT INTO heartbeats (name, role, started_at, seen_at)
    VALUES (:name, :role, clock_timestamp(), clock_timestamp())
    ON CONFLICT (name) DO UPDATE SET seen_at = excluded.seen_at
""")
_END = text("DELETE FROM heartbeats WHERE name = :name")
_SWEEP = text("DELETE FROM heartbeats WHERE seen_at < clock_timestamp() - interval '1 day'")


def own_name(role: str) -> str:
    """Return the name of this process: `<role>@<host>:<pid>`."""
    return f"{role}@{platform.node()}:{os.getpid()}"


def beat(session: Session, name: str, role: str) -> None:
    """Say that the process `name` is alive now, by the database's clock."""
    session.execute(_BEAT, {"name": name, "role": role})


def end(session: Session, name: str) -> None:
    """Take the sign of life of a process away that ends in good order."""
    session.execute(_END, {"name": name})


def sweep(session: Session) -> int:
    """Forget processes that were last seen a day ago and return how many."""
    return session.execute(_SWEEP).rowcount  # type: ignore[attr-defined,no-any-return]
