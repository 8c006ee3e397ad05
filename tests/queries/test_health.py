"""What waits is counted, who is alive is told from who was."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import outgoing
from webcare.queries import health
from webcare.services import heartbeats

pytestmark = pytest.mark.usefixtures("clean_database")


def test_a_quiet_desk_reads_as_zeros(session: Session) -> None:
    found = health.look(session)
    assert (found.raw_waiting, found.deliveries, found.backlog, found.beats) == (0, {}, {}, ())
    assert (found.delivery_oldest_s, found.is_outbound_paused) == (0.0, False)


def test_what_waits_is_counted_by_urgency_and_state(session: Session) -> None:
    inbox = outgoing.inbox(session)
    outgoing.reply(session, inbox, state="open", urgency=1, waited=90)
    outgoing.reply(session, inbox)
    unsure = outgoing.reply(session, inbox)
    session.execute(
        text("UPDATE deliveries SET state = 'unknown' WHERE id = :id"), {"id": unsure.delivery_id}
    )
    session.execute(text("UPDATE desk SET outbound_paused_at = now()"))
    found = health.look(session)
    assert (dict(found.backlog), dict(found.deliveries)) == ({1: 1}, {"queued": 2, "unknown": 1})
    assert found.waiting_oldest_s >= 90
    assert found.is_outbound_paused


def test_a_process_that_was_not_seen_for_a_while_does_not_count(session: Session) -> None:
    heartbeats.beat(session, "delivery@here:1", "delivery")
    heartbeats.beat(session, "delivery@here:2", "delivery")
    session.execute(text("UPDATE heartbeats SET seen_at = now() - interval '1 min' WHERE name LIKE '%2'"))
    found = health.look(session)
    assert (len(found.beats), found.alive("delivery"), found.alive("clock")) == (2, 1, 0)
