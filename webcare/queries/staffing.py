"""Reads the last hour of the desk per language: what came, what was answered, by how many people."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain import staffing
from webcare.domain.staffing import Estimate, Flow

AN_HOUR = timedelta(hours=1)
LOOKED_AT = 20_000

_FLOWS = text("""
    WITH newest AS (
        SELECT m.conversation_id, m.direction, m.agent_id, m.at, m.sent_at, m.is_automatic FROM messages m
        WHERE m.id > (SELECT coalesce(max(id), 0) - :most FROM messages)
          AND greatest(m.at, m.sent_at) > :since
    ), ours AS (
        SELECT c.id, c.language, c.state, c.urgency FROM conversations c
        WHERE c.rehearsal_id IS NOT DISTINCT FROM :rehearsal AND c.lane = 'queue'
    ), came AS (
        SELECT c.language, count(DISTINCT c.id) AS arrivals
        FROM newest n JOIN ours c ON c.id = n.conversation_id
        WHERE n.direction = 'inbound' AND n.at > :since AND c.urgency <= 3 GROUP BY c.language
    ), answered AS (
        SELECT c.language, count(DISTINCT c.id) AS replies, count(DISTINCT n.agent_id) AS people,
               count(DISTINCT n.agent_id) FILTER (WHERE EXISTS (
                   SELECT 1 FROM shifts s WHERE s.agent_id = n.agent_id AND s.ended_at IS NULL
                     AND s.ends_at <= :begins)) AS leaving
        FROM newest n JOIN ours c ON c.id = n.conversation_id
        WHERE n.direction = 'outbound' AND NOT n.is_automatic AND n.agent_id IS NOT NULL
          AND n.sent_at > :since
        GROUP BY c.language
    ), waits AS (
        SELECT c.language, count(*) AS waiting FROM ours c
        WHERE c.state = 'open' AND c.urgency <= 3 GROUP BY c.language
    )
    SELECT language, coalesce(arrivals, 0) AS arrivals, coalesce(replies, 0) AS replies,
           coalesce(waiting, 0) AS waiting, coalesce(people, 0) AS people, coalesce(leaving, 0) AS leaving
    FROM came FULL JOIN answered USING (language) FULL JOIN waits USING (language) ORDER BY language
""")


def estimate(session: Session, rehearsal_id: int | None, now: datetime, zone: tzinfo) -> Estimate:
    """Return what the coming shift lacks in everything real, or in one rehearsal."""
    local = now.astimezone(zone)
    found = flows(session, rehearsal_id, now, staffing.coming_shift(local))
    return staffing.estimate(found, local)


def flows(session: Session, rehearsal_id: int | None, now: datetime, begins: datetime) -> dict[str, Flow]:
    """Return the flow of the last hour per language; leaving is whose shift ends before `begins`."""
    asked = {"since": now - AN_HOUR, "rehearsal": rehearsal_id, "begins": begins, "most": LOOKED_AT}
    return {
        row.language: Flow(row.arrivals, row.replies, row.waiting, row.people, row.leaving)
        for row in session.execute(_FLOWS, asked)
    }
