"""Writes the timeline: one append-only event per verb."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webcare import clock
from webcare.db import table
from webcare.domain.rights import Who
from webcare.models import Event


def record(session: Session, who: Who | None, verb: str, about: tuple[str, int | None], **data: Any) -> None:
    """Leave one event: `who` (None: the system) did `verb` (past tense) to `about` (noun, id).

    `data` holds ids, counts and words of the house, never the text of a message.
    """
    record_many(session, verb, [(who, about, data)])


def record_many(
    session: Session, verb: str, happenings: list[tuple[Who | None, tuple[str, int | None], dict[str, Any]]]
) -> None:
    """Leave many events of the same verb in one statement."""
    now = clock.now()
    rows = [
        {
            "at": now,
            "agent_id": who.agent_id if who else None,
            "verb": verb,
            "noun": noun,
            "noun_id": noun_id,
            "data": data,
        }
        for who, (noun, noun_id), data in happenings
    ]
    if rows:
        session.execute(insert(table(Event)), rows)
