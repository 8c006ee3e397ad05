"""Reads how the desk is doing: what waits, for how long, who is alive, which bells are due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

# A worker beats every 5 s; three missed beats and a bit.
ALIVE_S = 20.0

_BACKLOG = text("SELECT urgency, count(*) FROM conversations WHERE state = 'open' GROUP BY urgency")
_DELIVERIES = text("""
    SELECT state, count(*), max(extract(epoch FROM clock_timestamp() - created_at)) FROM deliveries
    WHERE state IN ('queued', 'retry_wait') OR state IN ('claimed', 'sending') OR state = 'unknown'
    GROUP BY state
""")
_ALERTS = text("SELECT state, count(*) FROM alerts WHERE state IN ('queued', 'sending') GROUP BY state")
_ONE = text("""
    SELECT (SELECT count(*) FROM raw_events WHERE state = 'received') AS raw_waiting,
           (SELECT extract(epoch FROM clock_timestamp() - received_at) FROM raw_events
            WHERE state = 'received' ORDER BY id LIMIT 1) AS raw_oldest_s,
           (SELECT extract(epoch FROM clock_timestamp() - min(waiting_since)) FROM conversations
            WHERE state = 'open') AS waiting_oldest_s,
           (SELECT outbound_paused_at IS NOT NULL FROM desk) AS is_outbound_paused
""")
_BEATS = text("""
    SELECT name, role, extract(epoch FROM clock_timestamp() - seen_at) AS age_s,
           extract(epoch FROM clock_timestamp() - started_at) AS up_s
    FROM heartbeats WHERE seen_at > clock_timestamp() - interval '1 hour' ORDER BY role, name
""")
# Fresh work is rung for when it is committed; here it is only what a lost bell left behind.
_DUE = text("""
    SELECT EXISTS (SELECT 1 FROM raw_events WHERE state = 'received'
                   AND received_at < clock_timestamp() - interval '15 seconds'
                   AND (lease_until IS NULL OR lease_until < clock_timestamp())) AS triage,
           EXISTS (SELECT 1 FROM deliveries WHERE state IN ('queued', 'retry_wait')
                   AND not_before <= clock_timestamp()) AS delivery,
           EXISTS (SELECT 1 FROM alerts WHERE state = 'queued'
                   AND not_before <= clock_timestamp()) AS notify,
           EXISTS (SELECT 1 FROM conversations WHERE state = 'open'
                   AND epoch < (SELECT epoch FROM desk)) AS retriage,
           EXISTS (SELECT 1 FROM activations WHERE ended_at IS NULL AND mode = 'rehearsal') AS rehearsal
""")


@dataclass(frozen=True, slots=True)
class Beat:
    """One process and how long ago (seconds) it was last seen and started."""

    name: str
    role: str
    age_s: float
    up_s: float

    @property
    def is_alive(self) -> bool:
        """Return whether it was seen recently enough to count on."""
        return self.age_s <= ALIVE_S


@dataclass(frozen=True, slots=True)
class Health:
    """What waits and who is alive; ages in seconds by the database's clock, 0 when nothing waits."""

    backlog: Mapping[int, int]
    raw_waiting: int
    raw_oldest_s: float
    waiting_oldest_s: float
    deliveries: Mapping[str, int]
    delivery_oldest_s: float
    alerts: Mapping[str, int]
    is_outbound_paused: bool
    beats: tuple[Beat, ...]

    def alive(self, role: str) -> int:
        """Return how many processes of `role` are alive."""
        return sum(1 for beat in self.beats if beat.role == role and beat.is_alive)


def look(session: Session) -> Health:
    """Return the state of the desk now; cheap enough for a scrape every few seconds."""
    one = session.execute(_ONE).one()
    deliveries = session.execute(_DELIVERIES).all()
    return Health(
        backlog={int(level): int(count) for level, count in session.execute(_BACKLOG)},
        raw_waiting=int(one.raw_waiting),
        raw_oldest_s=float(one.raw_oldest_s or 0),
        waiting_oldest_s=float(one.waiting_oldest_s or 0),
        deliveries={state: int(count) for state, count, _ in deliveries},
        delivery_oldest_s=max(
            (float(age) for state, _, age in deliveries if state != "unknown"), default=0.0
        ),
        alerts={state: int(count) for state, count in session.execute(_ALERTS)},
        is_outbound_paused=bool(one.is_outbound_paused),
        beats=beats(session),
    )


def beats(session: Session) -> tuple[Beat, ...]:
    """Return every process that was seen within the hour."""
    rows = session.execute(_BEATS)
    return tuple(Beat(row.name, row.role, float(row.age_s), float(row.up_s)) for row in rows)


def bells_due(session: Session) -> tuple[str, ...]:
    """Return the bells behind which work waits that nobody seems to have heard of."""
    row = session.execute(_DUE).one()
    found = [bell for bell in ("delivery", "notify", "retriage", "rehearsal") if getattr(row, bell)]
    return (*(("triage", "urgent") if row.triage else ()), *found)


def rehearsals(session: Session) -> tuple[tuple[int, str], ...]:
    """Return the id and playbook of each rehearsal that runs now."""
    found = session.execute(
        text("SELECT id, playbook FROM activations WHERE ended_at IS NULL AND mode = 'rehearsal' ORDER BY id")
    )
    return tuple((row.id, row.playbook) for row in found)
