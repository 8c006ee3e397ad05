"""Judges the open backlog again after an activation, a phase or a stand-down, in small transactions."""

from __future__ import annotations

import time

from webcare import db, queues
from webcare.services import retriage

SPELL_S = 30.0


def drain() -> int:
    """Re-triage until everything open is judged under the present epoch or the spell is over."""
    queues.hear("retriage")
    until = time.monotonic() + SPELL_S
    handled = 0
    while time.monotonic() < until:
        with db.transaction() as session:
            done = retriage.batch(session)
        if not done:
            return handled
        handled += done
    queues.ring("retriage")
    return handled
