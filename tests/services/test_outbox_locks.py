"""Ending leases locks conversations in the order in which reading does, so neither stops the other."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from tests import outgoing
from webcare import db
from webcare.services import outbox

pytestmark = pytest.mark.usefixtures("clean_database")
_LOCK = text("SELECT id FROM conversations WHERE id = :id FOR UPDATE NOWAIT")
_BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def dead_in_reverse() -> tuple[int, int]:
    """Lay two conversations whose replies died while sending, the younger one's first; return their ids."""
    with db.transaction() as session:
        inbox = outgoing.inbox(session)
        first, second = (outgoing.conversation(session, inbox) for _ in range(2))
        for talk in (second, first):
            outgoing.deliver(session, outgoing.message(session, talk, "outbound"))
        over = "UPDATE deliveries SET state = 'sending', lease_until = clock_timestamp() - interval '1 s'"
        session.execute(text(over))
    return first, second


def expire() -> None:
    with db.transaction() as session:
        outbox.expire(session)


def until_blocked() -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with db.transaction() as session:
            if session.execute(_BLOCKED).scalar_one():
                return
        time.sleep(0.01)
    pytest.fail("Ending the leases never waited for the conversation that is locked.")


def test_the_first_conversation_is_waited_for_before_the_second_is_taken() -> None:
    first, second = dead_in_reverse()
    ending = threading.Thread(target=expire)
    with db.transaction() as reading:
        reading.execute(_LOCK, {"id": first})
        ending.start()
        until_blocked()
        reading.execute(_LOCK, {"id": second})
    ending.join(timeout=10)
    with db.transaction() as session:
        assert session.execute(text("SELECT DISTINCT state FROM deliveries")).scalars().all() == ["unknown"]
