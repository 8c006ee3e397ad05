"""Reads the newest messages first while a backlog lasts, so that no one in danger waits behind it."""

from __future__ import annotations

import time

from webcare import db, queues
from webcare.services import reading
from workers import triage

# Small batches: what arrived this second should be seen this second.
BATCH = 50
PAUSE_S = 0.2


def drain() -> int:
    """Read newest first until the backlog is small again or the spell is over; return how many."""
    queues.hear("urgent")
    until = time.monotonic() + triage.SPELL_S
    handled = 0
    while time.monotonic() < until:
        with db.transaction() as session:
            if reading.backlog(session, triage.CROWD) < triage.CROWD:
                return handled
        handled += triage.once(triage.worker_name(), BATCH, is_newest_first=True)
        time.sleep(PAUSE_S)
    queues.ring("urgent")
    return handled
