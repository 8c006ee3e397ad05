"""Drafts correction runs and hands approved ones to the outbox, in small transactions."""

from __future__ import annotations

import time

from webcare import db, queues
from webcare.services import correction_drafting, correction_sending
from workers import stopping

SPELL_S = 20.0


def drain() -> int:
    """Draft and hand over until nothing is left, the outbox is full or the spell is over; return how many.

    Each batch is one transaction that remembers how far it came: killed anywhere, the next goes on there.
    """
    queues.hear("correcting")
    until = time.monotonic() + SPELL_S
    handled = 0
    while not stopping.asked():
        with db.transaction() as session:
            done = correction_drafting.batch(session)
        with db.transaction() as session:
            done += correction_sending.batch(session)
        handled += done
        if not done:
            return handled
        if time.monotonic() >= until:
            queues.ring("correcting")
            return handled
    return handled
