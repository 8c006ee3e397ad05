"""What is past keeping goes, what is not stays, and the timeline says how much went."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import outgoing
from tests.outgoing import one
from webcare.services import heartbeats, pauses, sweeping

pytestmark = pytest.mark.usefixtures("clean_database")


def test_the_old_goes_and_the_young_stays(session: Session) -> None:
    inbox = outgoing.inbox(session)
    for key, days in (("old", 31), ("young", 29)):
        session.execute(
            text(
                "INSERT INTO idempotency_keys (inbox_id, key, sha256, answer, created_at)"
                " VALUES (:inbox, :key, '', '{}', now() - make_interval(days => :days))"
            ),
            {"inbox": inbox, "key": key, "days": days},
        )
    heartbeats.beat(session, "clock@here:1", "clock")
    pauses.pause(session, "inbox:1", 60)
    assert sweeping.sweep(session) == 1
    assert one(session, "SELECT key FROM idempotency_keys") == "young"
    assert one(session, "SELECT data FROM events WHERE verb = 'swept'") == {"idempotency_keys": 1}


def test_nothing_to_sweep_leaves_no_line(session: Session) -> None:
    assert sweeping.sweep(session) == 0
    assert one(session, "SELECT count(*) FROM events WHERE verb = 'swept'") == 0
