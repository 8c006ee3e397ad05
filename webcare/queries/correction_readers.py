"""Finds who was told one version of a fact: by record, and only by messages that left or may have left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain.corrections import Told

# `withheld` is as far as anything gets in a rehearsal; there the readers are synthetic as well.
LEFT = ("sent", "unknown", "withheld")
UNDER_WAY = ("queued", "retry_wait", "claimed", "sending")
# Two programs need not agree on the time to the second.
_SLACK = timedelta(minutes=5)

_COUNT = text("""
    SELECT count(*) AS messages, count(DISTINCT m.conversation_id) AS conversations
    FROM message_facts s JOIN messages m ON m.id = s.message_id JOIN deliveries d ON d.message_id = m.id
    WHERE s.fact_version_id = :version AND m.direction = 'outbound' AND d.state = ANY(:states)
""")
_NEXT = text("""
    WITH told AS (
        SELECT m.id, m.conversation_id, m.text, coalesce(m.sent_at, m.at) AS at
        FROM message_facts s JOIN messages m ON m.id = s.message_id JOIN deliveries d ON d.message_id = m.id
        WHERE s.fact_version_id = :version AND s.message_id > :after AND m.direction = 'outbound'
          AND d.state = ANY(:states)
          AND (CAST(:since AS timestamptz) IS NULL
               OR (d.changed_at >= :since
                   AND NOT EXISTS (SELECT 1 FROM correction_notices n WHERE n.correction_id = :correction
                                   AND n.conversation_id = m.conversation_id)))
        ORDER BY s.message_id LIMIT :limit)
    SELECT DISTINCT ON (t.conversation_id) t.id AS message_id, t.conversation_id, t.text, t.at, c.language,
           c.is_public, p.name, i.name AS inbox_name, i.closed_at IS NOT NULL AS is_closed,
           i.options ->> 'max_length' AS longest, (SELECT max(id) FROM told) AS reached
    FROM told t JOIN conversations c ON c.id = t.conversation_id JOIN contacts p ON p.id = c.contact_id
    JOIN inboxes i ON i.id = c.inbox_id
    ORDER BY t.conversation_id, t.id DESC
""")
_ONE_DRAFTED = text("""
    SELECT n.text AS drafted, m.id AS message_id, m.conversation_id, m.text, coalesce(m.sent_at, m.at) AS at,
           c.language, c.is_public, p.name, '' AS inbox_name, false AS is_closed, NULL AS longest
    FROM correction_notices n JOIN messages m ON m.id = n.message_id
    JOIN conversations c ON c.id = n.conversation_id JOIN contacts p ON p.id = c.contact_id
    WHERE n.correction_id = :correction AND n.state = 'drafted' ORDER BY n.id LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Reach:
    """How many messages stated a version, and in how many conversations."""

    messages: int
    conversations: int


@dataclass(frozen=True, slots=True)
class Reader:
    """One conversation that was told: by which message, what, and how it can be reached now.

    `longest` is how many characters its inbox sends, None when it names no limit.
    """

    conversation_id: int
    message_id: int
    told: Told
    inbox_name: str
    is_closed: bool
    longest: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """Some of those who were told, and the message up to which the list has been walked."""

    readers: tuple[Reader, ...]
    reached: int


def reach(session: Session, version_id: int, states: tuple[str, ...] = LEFT) -> Reach:
    """Return how many messages stated a version and left, or are in the given delivery `states`."""
    return Reach(*session.execute(_COUNT, {"version": version_id, "states": list(states)}).one())


def walk(session: Session, version_id: int, after: int, limit: int) -> Walk:
    """Return who was told by the next `limit` messages behind message `after`, once per conversation."""
    return _walked(session, {"version": version_id, "after": after, "limit": limit})


def late(session: Session, version_id: int, of: tuple[int, datetime], limit: int) -> Walk:
    """Return who was told by messages that left after a run (id, started at) began and that it hasn't yet."""
    correction_id, started_at = of
    since = {"since": started_at - _SLACK, "correction": correction_id}
    return _walked(session, {"version": version_id, "after": 0, "limit": limit, **since})


def one_drafted(session: Session, correction_id: int) -> tuple[str, Told] | None:
    """Return one drafted text of a run with what it answers, or None when nothing is drafted."""
    row = session.execute(_ONE_DRAFTED, {"correction": correction_id}).one_or_none()
    return None if row is None else (row.drafted, _reader(row).told)


def _walked(session: Session, values: dict[str, Any]) -> Walk:
    given = {"since": None, "correction": None, "states": list(LEFT), **values}
    rows = session.execute(_NEXT, given).all()
    return Walk(tuple(map(_reader, rows)), rows[0].reached if rows else 0)


def _reader(row: Any) -> Reader:
    told = Told(row.text, row.at, row.language, is_public=row.is_public, name=row.name)
    longest = int(row.longest) if row.longest and row.longest.isdigit() else None
    return Reader(row.conversation_id, row.message_id, told, row.inbox_name, row.is_closed, longest)
