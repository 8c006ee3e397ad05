"""Alerts people to U0 and U1 conversations that nobody claimed, and repeats it until somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.alerts import Alert, Waiting, many_unclaimed, u0_received, u1_unclaimed
from webcare.services import alerts

# Past this many, one line about all of them says more than a line each, which nobody would read.
MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class _Rule:
    """How long a level may wait for a claim, how often that is said, and where."""

    level: int
    after: timedelta
    every: timedelta
    kind: str
    slack_channel: str


_RULES = (
    _Rule(0, timedelta(0), timedelta(minutes=2), "u0.received", "duty"),
    _Rule(1, timedelta(minutes=5), timedelta(minutes=5), "u1.unclaimed", "urgent"),
)
# Rehearsals are left out: made-up emergencies that page people teach them to look away.
_UNCLAIMED = text("""
    SELECT c.id, c.intents, c.language, c.waiting_since, c.last_message_at
    FROM conversations c
    WHERE c.state = 'open' AND c.assignee_id IS NULL AND c.urgency = :level AND c.rehearsal_id IS NULL
      AND c.level_since <= :latest
    ORDER BY c.waiting_since, c.id LIMIT :limit
""")
_ARRIVED = text("""
    SELECT c.id, c.intents, c.language, c.waiting_since, c.last_message_at
    FROM conversations c
    WHERE c.id = ANY(:ids) AND c.state = 'open' AND c.urgency = 0 AND c.rehearsal_id IS NULL
    ORDER BY c.id
""")
_RECENT = text("""
    SELECT DISTINCT coalesce_key FROM alerts WHERE coalesce_key = ANY(:keys) AND changed_at > :since
""")
_HOW_MANY = text("""
    SELECT count(*) FROM (
        SELECT 1 FROM conversations WHERE state = 'open' AND assignee_id IS NULL AND urgency = :level
        AND rehearsal_id IS NULL AND level_since <= :latest LIMIT 1000) found
""")


def received(session: Session, conversation_ids: Sequence[int]) -> int:
    """Alert at once to those of `conversation_ids` that are U0; return how many were told.

    For conversations in which somebody has just written about danger: a claim is no excuse to say nothing,
    its holder may be away.
    """
    rows = session.execute(_ARRIVED, {"ids": list(conversation_ids)}).all()
    return _tell(session, _RULES[0], rows)


def unclaimed(session: Session) -> int:
    """Alert to U0 (every 2 min) and U1 (from 5 min on, every 5 min) that nobody claimed; return how many."""
    told = 0
    for rule in _RULES:
        asked = {"level": rule.level, "latest": clock.now() - rule.after, "limit": MOST_LINES + 1}
        told += _tell(session, rule, session.execute(_UNCLAIMED, asked).all())
    return told


def _tell(session: Session, rule: _Rule, rows: Sequence[Any]) -> int:
    if len(rows) > MOST_LINES:
        return _tell_at_once(session, rule, rows)
    keys = {_key(rule, row.id) for row in rows}
    recent = _recent(session, rule, keys)
    due = [row for row in rows if _key(rule, row.id) not in recent]
    for row in due:
        words = (u0_received if rule.level == 0 else u1_unclaimed)(_waiting(row))
        alerts.raise_(
            session,
            Alert(rule.kind, rule.slack_channel, words, _key(rule, row.id), conversation_id=row.id),
        )
    return len(due)


def _tell_at_once(session: Session, rule: _Rule, rows: Sequence[Any]) -> int:
    key = f"{rule.kind}:many"
    if _recent(session, rule, {key}):
        return 0
    asked = {"level": rule.level, "latest": clock.now() - rule.after}
    total = max(len(rows), int(session.execute(_HOW_MANY, asked).scalar_one()))
    words = many_unclaimed(rule.level, total, _waiting(rows[0]))
    alerts.raise_(session, Alert(rule.kind, rule.slack_channel, words, key, conversation_id=rows[0].id))
    return 1


def _key(rule: _Rule, conversation_id: int) -> str:
    return f"{rule.kind}:{conversation_id}"


def _recent(session: Session, rule: _Rule, keys: set[str]) -> set[str]:
    asked = {"keys": sorted(keys), "since": clock.now() - rule.every}
    return set(session.execute(_RECENT, asked).scalars())


def _waiting(row: Any) -> Waiting:
    since = row.waiting_since or row.last_message_at
    return Waiting(row.id, tuple(row.intents), row.language, clock.now() - since)
