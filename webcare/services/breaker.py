"""Stops sending through an inbox for a moment when its last attempts all failed, and says so."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.alerts import Alert, channel_failing
from webcare.queries.outbound import Claimed
from webcare.services import alerts, pauses

FAILURES = 5
PAUSE_S = 30.0
WORDS = "The last attempts all failed; trying again in a moment."
# As the duty table says: a channel that fails is news every quarter of an hour.
SAID_AGAIN = timedelta(minutes=15)

# Bounded: an inbox that has not been among the newest attempts is not failing now.
_LATEST = text("""
    SELECT count(*) FILTER (WHERE latest.outcome IN ('retry', 'unknown')) FROM (
        SELECT a.outcome FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id
        WHERE d.inbox_id = :inbox AND a.outcome IS NOT NULL
          AND a.id > (SELECT max(id) - 1000 FROM delivery_attempts)
          AND a.ended_at > clock_timestamp() - interval '10 minutes'
        ORDER BY a.ended_at DESC, a.id DESC LIMIT :failures) latest
""")
_SAID = text("SELECT 1 FROM alerts WHERE coalesce_key = :key AND changed_at > :since LIMIT 1")


def look(session: Session, row: Claimed) -> bool:
    """Pause the inbox of `row` when its last 5 attempts failed for passing reasons; return whether it did.

    After the pause the first failure pauses again, so a dead provider is asked a few times a minute.
    """
    asked = {"inbox": row.inbox_id, "failures": FAILURES}
    if int(session.execute(_LATEST, asked).scalar_one()) < FAILURES:
        return False
    pauses.pause(session, pauses.of_inbox(row.inbox_id), PAUSE_S, WORDS)
    key = f"channel.failing:{row.inbox_id}"
    if session.execute(_SAID, {"key": key, "since": clock.now() - SAID_AGAIN}).first() is None:
        words = channel_failing(row.inbox_name, FAILURES, PAUSE_S)
        alerts.raise_(session, Alert("channel.failing", "crisis", words, key))
    return True
