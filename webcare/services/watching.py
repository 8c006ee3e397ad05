"""Watches the stream of messages as a whole: surges, rumours, impersonators, personal data in public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import alerts as words_for
from webcare.domain.alerts import Alert
from webcare.services import alerts

# The newest messages only: a watch that read a day's worth in the worst week would slow the desk down.
LOOKED_AT = 20_000
WINDOW = timedelta(minutes=5)
A_SURGE = 30
"""Fewer messages than this in five minutes are no surge, however quiet it was before."""
TIMES_NORMAL = 3.0
A_RUMOUR = 10
RUMOUR_WITHIN = timedelta(minutes=30)
IMPERSONATORS = 3
AN_HOUR = timedelta(hours=1)

_FLOW = text("""
    SELECT count(*) FILTER (WHERE at > :since) AS now_count,
           count(*) FILTER (WHERE at <= :since) AS before_count,
           extract(epoch FROM CAST(:since AS timestamptz) - min(at)) AS before_s
    FROM messages WHERE direction = 'inbound' AND raw_event_id IS NOT NULL
      AND id > (SELECT coalesce(max(id), 0) - :most FROM messages)
      AND conversation_id IN (SELECT id FROM conversations WHERE rehearsal_id IS NULL)
""")
_TOP = text("""
    SELECT intent, count(*) AS n FROM messages m, unnest(m.intents) AS intent
    WHERE m.direction = 'inbound' AND m.at > :since
      AND m.id > (SELECT coalesce(max(id), 0) - :most FROM messages)
    GROUP BY intent ORDER BY n DESC, intent LIMIT 1
""")
_WITH_INTENT = text("""
    SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.direction = 'inbound' AND m.at > :since AND :intent = ANY(m.intents)
      AND m.urgency <= :level AND c.rehearsal_id IS NULL
      AND m.id > (SELECT coalesce(max(m2.id), 0) - :most FROM messages m2)
""")
_EXPOSED = text("""
    SELECT m.id, m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.direction = 'inbound' AND m.is_public AND 'privacy_exposed' = ANY(m.intents)
      AND c.rehearsal_id IS NULL AND m.at > :since
      AND m.id > (SELECT coalesce(max(m2.id), 0) - :most FROM messages m2)
      AND NOT EXISTS (SELECT 1 FROM events e
                      WHERE e.verb = 'hidden' AND e.noun = 'message' AND e.noun_id = m.id)
    ORDER BY m.id LIMIT 20
""")
_RECENT = text("SELECT 1 FROM alerts WHERE coalesce_key = :key AND changed_at > :since LIMIT 1")


@dataclass(frozen=True, slots=True)
class _Sighting:
    """Something worth an alert, and how long it is not said again."""

    alert: Alert
    every: timedelta


def watch(session: Session) -> int:
    """Raise the alerts that the last minutes call for, each again only after its pause; return how many."""
    now = clock.now()
    told = 0
    for seen in (sighting for look in _LOOKS for sighting in look(session, now)):
        asked = {"key": seen.alert.coalesce_key, "since": now - seen.every}
        if session.execute(_RECENT, asked).first() is None:
            alerts.raise_(session, seen.alert)
            told += 1
    return told


def _surge(session: Session, now: datetime) -> Iterator[_Sighting]:
    asked = {"since": now - WINDOW, "most": LOOKED_AT}
    flow = session.execute(_FLOW, asked).one()
    before_s = float(flow.before_s or 0)
    if flow.now_count < A_SURGE or before_s < WINDOW.total_seconds():
        return
    normal = max(1.0, flow.before_count * WINDOW.total_seconds() / before_s)
    if flow.now_count < TIMES_NORMAL * normal:
        return
    top = session.execute(_TOP, asked).first()
    share = (top.intent, round(100 * top.n / flow.now_count)) if top is not None else None
    words = words_for.surge(flow.now_count, flow.now_count / normal, share)
    yield _Sighting(Alert("surge.detected", "crisis", words, "surge.detected"), timedelta(minutes=15))


def _rumour(session: Session, now: datetime) -> Iterator[_Sighting]:
    count = _count(session, "rumour", now - RUMOUR_WITHIN)
    if count >= A_RUMOUR:
        words = words_for.rumour(count, RUMOUR_WITHIN)
        # One message for a cluster: while it lasts, its figures are renewed.
        yield _Sighting(Alert("rumour.cluster", "crisis", words, "rumour.cluster"), RUMOUR_WITHIN)


def _fakes(session: Session, now: datetime) -> Iterator[_Sighting]:
    count = _count(session, "spam_scam", now - AN_HOUR, level=2)
    if count >= IMPERSONATORS:
        words = words_for.impersonators(count)
        yield _Sighting(Alert("impersonator.reported", "security", words, "impersonator.reported"), AN_HOUR)


def _exposed(session: Session, now: datetime) -> Iterator[_Sighting]:
    rows: list[Any] = list(session.execute(_EXPOSED, {"since": now - timedelta(days=1), "most": LOOKED_AT}))
    for row in rows:
        alert = Alert(
            "pii.public",
            "urgent",
            words_for.exposed(row.conversation_id),
            f"pii.public:{row.id}",
            conversation_id=row.conversation_id,
        )
        yield _Sighting(alert, timedelta(minutes=10))


def _count(session: Session, intent: str, since: datetime, level: int = 4) -> int:
    asked = {"intent": intent, "since": since, "level": level, "most": LOOKED_AT}
    return int(session.execute(_WITH_INTENT, asked).scalar_one())


_LOOKS = (_surge, _rumour, _fakes, _exposed)
