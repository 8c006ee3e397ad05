"""Measures how a desk goes through an activation, for its score: from the record, never from a word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from webcare.db import Moment
from webcare.domain import score
from webcare.domain.score import Measures, Score, Share
from webcare.queries import injects, promises
from webcare.queries.activations import ActivationDetail

# The first message that made a conversation U0 or U1, and the first deed of a person after it.
_URGENT = text("""
    SELECT count(*) FILTER (WHERE t.taken_at <= u.until) AS good,
           count(*) FILTER (WHERE t.taken_at IS NOT NULL OR u.until <= :end) AS of
    FROM (
        SELECT DISTINCT ON (m.conversation_id) m.conversation_id, m.at AS since,
               m.at + make_interval(mins => CASE WHEN m.urgency = 0 THEN :u0 ELSE :u1 END) AS until
        FROM messages m JOIN conversations c ON c.id = m.conversation_id
        WHERE c.rehearsal_id IS NOT DISTINCT FROM CAST(:rehearsal AS bigint)
          AND m.direction = 'inbound' AND m.urgency <= 1 AND m.at BETWEEN :start AND :end
        ORDER BY m.conversation_id, m.id) u
    LEFT JOIN LATERAL (
        SELECT min(at) AS taken_at FROM (
            SELECT greatest(a.claimed_at, u.since) AS at FROM assignments a
            WHERE a.conversation_id = u.conversation_id
              AND (a.ended_at IS NULL OR a.ended_at > u.since OR a.claimed_at >= u.since)
            UNION ALL
            SELECT o.at FROM messages o
            WHERE o.conversation_id = u.conversation_id AND o.direction = 'outbound'
              AND NOT o.is_automatic AND o.at >= u.since
            UNION ALL
            SELECT e.at FROM events e
            WHERE e.noun = 'conversation' AND e.noun_id = u.conversation_id AND e.verb = 'resolved'
              AND e.agent_id IS NOT NULL AND e.at >= u.since) deeds
        WHERE at <= :end) t ON true
""").bindparams(bindparam("start", type_=Moment()), bindparam("end", type_=Moment()))
# Computed facts are the system's own; a promised moment is scored as a promise.
_FACTS = text("""
    WITH stated AS (
        SELECT v.fact_id, m.at FROM message_facts s JOIN messages m ON m.id = s.message_id
        JOIN fact_versions v ON v.id = s.fact_version_id
        UNION ALL
        SELECT f.id, b.published_at FROM broadcasts b
        CROSS JOIN LATERAL jsonb_object_keys(b.facts) AS named(key)
        JOIN facts f ON f.activation_id = b.activation_id AND f.key = named.key
        WHERE b.state = 'published' AND b.activation_id = :activation
    ), used AS (
        SELECT s.fact_id, min(s.at) AS since FROM stated s JOIN facts f ON f.id = s.fact_id
        WHERE f.activation_id = :activation AND f.kind <> 'computed' AND s.at <= :end GROUP BY s.fact_id
    ), spells AS (
        SELECT v.fact_id, v.status, v.verified_by, v.valid_until,
               least(coalesce(lead(v.entered_at) OVER next, :end), coalesce(v.retracted_at, :end)) AS over_at
        FROM fact_versions v JOIN used USING (fact_id)
        WHERE v.entered_at <= :end WINDOW next AS (PARTITION BY v.fact_id ORDER BY v.version)
    )
    SELECT count(*) FILTER (WHERE NOT fell) AS good, count(*) AS of FROM (
        SELECT bool_or(s.status <> 'unknown' AND s.over_at > u.since
                       AND (s.verified_by IS NULL OR coalesce(s.valid_until < s.over_at, false))) AS fell
        FROM used u JOIN spells s USING (fact_id) GROUP BY u.fact_id) each_fact
""").bindparams(bindparam("end", type_=Moment()))
_REPLIES = text("""
    SELECT count(*) FILTER (
               WHERE m.overrides = '{}' AND NOT EXISTS (
                   SELECT 1 FROM message_facts s JOIN fact_versions v ON v.id = s.fact_version_id
                   WHERE s.message_id = m.id AND v.status <> 'unknown'
                     AND (v.verified_at IS NULL OR v.verified_at > m.at OR v.retracted_at <= m.at))) AS good,
           count(*) AS of
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE c.rehearsal_id IS NOT DISTINCT FROM CAST(:rehearsal AS bigint)
      AND m.direction = 'outbound' AND NOT m.is_automatic AND m.at BETWEEN :start AND :end
""").bindparams(bindparam("start", type_=Moment()), bindparam("end", type_=Moment()))
_STATEMENT = text("""
    SELECT min(published_at) FROM broadcasts
    WHERE activation_id = :activation AND state = 'published' AND kind = 'update' AND published_at <= :end
""").bindparams(bindparam("end", type_=Moment()))


def of(session: Session, detail: ActivationDetail, now: datetime) -> Score:
    """Return the score of an activation, as it stands at `now` (aware) or stood at its end."""
    return score.of(measured(session, detail, now))


def measured(session: Session, detail: ActivationDetail, now: datetime) -> Measures:
    """Return what the record says of an activation until `now` (aware), or until its end."""
    row, end = detail.row, detail.row.ended_at or now
    asked = {
        "activation": row.id,
        "rehearsal": row.id if row.is_rehearsal else None,
        "start": row.started_at,
        "end": end,
        "u0": detail.playbook.due_minutes.U0,
        "u1": detail.playbook.due_minutes.U1,
    }
    said = session.execute(_STATEMENT, {"activation": row.id, "end": end}).scalar_one()
    kept = promises.counted(session, row.id, end)
    return Measures(
        elapsed_s=(end - row.started_at).total_seconds(),
        statement_s=(said - row.started_at).total_seconds() if said else None,
        urgent=_share(session, _URGENT, asked),
        injects=_injects(injects.of(session, row.id), end),
        facts=_share(session, _FACTS, asked),
        promises=Share(kept.kept, kept.kept + kept.missed),
        replies=_share(session, _REPLIES, asked),
    )


def _share(session: Session, statement: Any, asked: dict[str, Any]) -> Share:
    names = set(statement.compile().params)
    row = session.execute(statement, {name: asked[name] for name in names}).one()
    return Share(int(row.good), int(row.of))


def _injects(rows: tuple[injects.InjectRow, ...], end: datetime) -> Share:
    """Return how the injects were met; one whose time still runs is not counted yet."""
    states = [row.state(end) for row in rows]
    good = states.count("met") + score.LATE * states.count("met_late")
    return Share(good, sum(state in ("met", "met_late", "late") for state in states))
