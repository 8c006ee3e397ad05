"""Workers that are killed at any moment send nothing twice and lose nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import text

from tests import outgoing, standin
from webcare import db
from webcare.services import outbox
from workers import delivery

pytestmark = [pytest.mark.functional, pytest.mark.usefixtures("clean_database", "clean_redis")]

REPLIES = 120
KILLS = 6
_WORKER = "from workers import delivery\nwhile True: delivery.drain()"


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", _WORKER], env=os.environ, stderr=subprocess.DEVNULL)


def end_leases() -> None:
    """Let the time of dead workers' leases pass."""
    with db.transaction() as session:
        session.execute(text("UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s'"))
        outbox.expire(session)


def test_killed_at_any_moment_nothing_leaves_twice_and_nothing_is_lost() -> None:
    dice = random.Random(7)
    with standin.running() as provider:
        provider.otherwise = standin.Answer(wait_s=0.03)
        with db.transaction() as session:
            inbox = outgoing.inbox(session, outbound_url=provider.url, allow_private=True)
            wanted = {outgoing.reply(session, inbox).key for _ in range(REPLIES)}
        for _ in range(KILLS):
            worker = start()
            seen = len(provider.taken)
            until = time.monotonic() + 10
            while len(provider.taken) < min(seen + 3, REPLIES) and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(dice.random() * 0.1)
            worker.kill()
            worker.wait()
            end_leases()
        delivery.drain()
    taken = Counter(each["headers"]["idempotency-key"] for each in provider.taken)
    with db.transaction() as session:
        rows = session.execute(
            text("SELECT m.key, d.state FROM deliveries d JOIN messages m ON m.id = message_id")
        )
        state = {row.key: row.state for row in rows}
    assert max(taken.values()) == 1
    assert set(state.values()) <= {"sent", "unknown"}
    assert {key for key in wanted if state[key] == "sent"} <= set(taken)
    assert sum(each == "unknown" for each in state.values()) <= KILLS * delivery.LANES
