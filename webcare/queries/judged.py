"""Reads what people judged, with the words that they judged: what triage learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

# The last word on the same waiting messages counts. What could not be read teaches nothing.
_LATEST = text("""
    SELECT j.id, j.agent_id, j.level, j.intents, said.words, said.language, said.at
    FROM (SELECT DISTINCT ON (conversation_id, heard_from) * FROM judgements
          ORDER BY conversation_id, heard_from, at DESC, id DESC) j
    JOIN LATERAL (
        SELECT string_agg(concat_ws(E'\\n', nullif(m.subject, ''), m.text), E'\\n'
                          ORDER BY m.at, m.id) AS words,
               max(m.language) FILTER (WHERE m.language <> 'und') AS language, min(m.at) AS at
        FROM messages m
        WHERE m.conversation_id = j.conversation_id AND m.direction = 'inbound' AND m.trouble IS NULL
          AND m.at BETWEEN j.heard_from AND j.at
    ) said ON said.words <> ''
    ORDER BY j.id
""")
_SINCE = text(
    "SELECT count(*) FROM judgements WHERE at > coalesce(CAST(:moment AS timestamptz), '-infinity')"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """The words of a contact as they stood when a person gave them a level (0 to 4) and intents."""

    text: str
    level: int
    intents: tuple[str, ...]
    language: str | None
    received_at: datetime
    agent_id: int


def all_of_them(session: Session) -> Sequence[Judged]:
    """Return what people judged on this desk, the oldest first, each waiting message once."""
    return [
        Judged(row.words, row.level, tuple(row.intents), row.language, row.at, row.agent_id)
        for row in session.execute(_LATEST)
    ]


def count_since(session: Session, moment: datetime | None) -> int:
    """Return how many judgements were made after `moment`; all of them for None."""
    return int(session.execute(_SINCE, {"moment": moment}).scalar_one())
