"""Calls for people once a shift, while a crisis runs and more comes in than is answered."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from webcare import clock, settings
from webcare.domain import staffing as words_for
from webcare.domain.alerts import Alert
from webcare.queries import activations, rules, staffing
from webcare.queries import alerts as raised
from webcare.services import alerts

# The first estimate of the first hour comes at T+25 (domain.md 5.1); before, nobody knows the flow.
FIRST = timedelta(minutes=25)


def watch(session: Session) -> int:
    """Raise staffing.gap once per coming shift that lacks people; return whether it did. For the clock.

    Rehearsals call nobody: their estimate stands in the crisis room.
    """
    now = clock.now()
    real = [each for each in activations.running(session) if not each.is_rehearsal]
    running = [each for each in real if now - each.started_at >= FIRST]
    if not running:
        return 0
    found = staffing.estimate(session, None, now, rules.covering(session, None).zone)
    key = f"staffing.gap:{found.begins_at.isoformat()}"
    if not found.short or raised.was_raised(session, key):
        return 0
    words = words_for.gap(found, f"{settings.get().base_url}/shifts/mine")
    alerts.raise_(session, Alert("staffing.gap", "volunteers", words, key, running[0].id))
    return 1
