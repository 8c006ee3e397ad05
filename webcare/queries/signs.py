"""Reads the signs that playbooks' own alerts look at: facts, messages, offers, access, failing sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain import staffing as flow
from webcare.domain.coverage import Coverage
from webcare.domain.playbook.signs import When
from webcare.models import Activation
from webcare.queries import staffing

# The newest messages only: a watch that read a day's worth in the worst week would slow the desk down.
LOOKED_AT = 20_000

_MESSAGES = text("""
    SELECT m.at, m.intents, i.name AS inbox, c.inbox_id, c.language, c.labels FROM messages m
    JOIN conversations c ON c.id = m.conversation_id JOIN inboxes i ON i.id = c.inbox_id
    WHERE m.direction = 'inbound' AND m.at >= :since AND m.intents && CAST(:intents AS text[])
      AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
      AND m.id > (SELECT coalesce(max(id), 0) - :most FROM messages)
      AND (CAST(:says AS text[]) = '{}' OR EXISTS (
          SELECT 1 FROM jsonb_array_elements(m.reasons) r, unnest(CAST(:says AS text[])) AS said
          WHERE strpos(r.value ->> 'words', said) > 0))
    ORDER BY m.at, m.id
""")
_CONVERSATIONS = text("""
    SELECT c.id, c.intents, c.inbox_id, c.language, c.labels, c.urgency,
           coalesce(c.waiting_since, c.last_message_at) AS since
    FROM conversations c
    WHERE c.state = 'open' AND c.assignee_id IS NULL AND c.intents && CAST(:intents AS text[])
      AND c.urgency <= :level AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
      AND (CAST(:says AS text[]) = '{}' OR EXISTS (
          SELECT 1 FROM jsonb_array_elements(c.reasons) r, unnest(CAST(:says AS text[])) AS said
          WHERE strpos(r.value ->> 'words', said) > 0))
    ORDER BY since, c.id LIMIT 1000
""")
_WAITING = text("""
    SELECT c.inbox_id, c.language, c.labels FROM conversations c
    WHERE c.state = 'open' AND (CAST(:intents AS text[]) = '{}' OR c.intents && CAST(:intents AS text[]))
      AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
""")
_TOMORROW = text("""
    SELECT c.inbox_id, c.language, c.labels FROM conversations c
    WHERE c.state = 'open' AND c.deadline_at >= :begins AND c.deadline_at < :ends
      AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
""")
_VERSIONS = text("""
    SELECT f.key, v.id, v.version, v.status, v.said, v.entered_at, v.verified_at, v.retracted_at,
           (SELECT count(*) FROM message_facts s WHERE s.fact_version_id = v.id) AS readers
    FROM fact_versions v JOIN facts f ON f.id = v.fact_id
    WHERE f.activation_id = :activation AND f.key = ANY(:keys)
      AND (v.verified_at IS NOT NULL OR v.status = 'unknown')
    ORDER BY f.key, v.id
""")
_OFFERS = text("""
    SELECT DISTINCT ON (m.conversation_id) m.conversation_id, m.reply_template, m.language, m.text, m.sent_at
    FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.direction = 'outbound' AND m.sent_at > :since AND m.reply_template = ANY(:keys)
      AND c.rehearsal_id IS NOT DISTINCT FROM :rehearsal
      AND m.id > (SELECT coalesce(max(id), 0) - :most FROM messages)
      AND NOT EXISTS (SELECT 1 FROM messages a WHERE a.conversation_id = m.conversation_id
                      AND a.direction = 'inbound' AND a.id > m.id)
    ORDER BY m.conversation_id, m.id DESC
""")
# An agent who never signed in has had their access since they were made.
_UNUSED = text("""
    SELECT count(*) FROM agents a
    WHERE a.disabled_at IS NULL AND a.created_at < :since
      AND NOT EXISTS (SELECT 1 FROM sign_ins s WHERE s.agent_id = a.id AND s.seen_at > :since)
""")
_FAILING = text("""
    SELECT i.name AS inbox, count(*) AS of_all, min(a.started_at) AS since,
           count(*) FILTER (WHERE a.outcome IN ('retry', 'unknown', 'failed')) AS failed
    FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id JOIN inboxes i ON i.id = d.inbox_id
    WHERE a.outcome IS NOT NULL AND a.ended_at > :since
      AND a.id > (SELECT max(id) - :most FROM delivery_attempts)
    GROUP BY i.name
""")


@dataclass(frozen=True, slots=True)
class Change:
    """The newest words of a fact: how many times other words came (0: the first), who read the old ones.

    `id` names the version that brought these words, `at` when.
    """

    key: str
    id: int
    version: int
    times: int
    readers: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages with the same sign: how many, since when, the commonest intent (and per cent) and inbox."""

    count: int
    since: datetime
    top: str
    share: int
    inbox: str


def rehearsal_of(row: Activation) -> int | None:
    """Return the rehearsal whose conversations an activation looks at; None for the real ones."""
    return row.id if row.mode == "rehearsal" else None


def _covered(row: Activation, found: Iterable[Any]) -> list[Any]:
    """Return what stands in conversations that the activation covers."""
    coverage = Coverage.of(row.scope)
    return [each for each in found if coverage.covers(each)]


def changes(session: Session, activation_id: int, keys: Sequence[str]) -> list[Change]:
    """Return what each of these facts says now and how often that changed; nothing of one taken back."""
    versions: dict[str, list[Any]] = {}
    for row in session.execute(_VERSIONS, {"activation": activation_id, "keys": list(keys)}):
        versions.setdefault(row.key, []).append(row)
    return [_change(rows) for rows in versions.values() if rows[-1].retracted_at is None]


def _change(rows: Sequence[Any]) -> Change:
    first, times, readers = rows[0], 0, 0
    for before, row in pairwise(rows):
        readers += before.readers
        if (row.status, row.said) != (before.status, before.said):
            first, times = row, times + 1
    readers = sum(row.readers for row in rows if row.id < first.id)
    return Change(first.key, first.id, rows[-1].version, times, readers, first.entered_at)


def cluster(session: Session, row: Activation, when: When, since: datetime) -> Cluster | None:
    """Return the messages of an activation's people with these intents after `since`; None without any."""
    asked = {
        "since": since,
        "intents": list(when.intents),
        "says": list(when.says),
        "rehearsal": rehearsal_of(row),
        "most": LOOKED_AT,
    }
    found = _covered(row, session.execute(_MESSAGES, asked))
    if not found:
        return None
    top, count = _commonest([each for row in found for each in row.intents if each in when.intents])
    inbox, _ = _commonest([each.inbox for each in found])
    return Cluster(len(found), found[0].at, top, round(100 * count / len(found)), inbox)


def _commonest(words: Sequence[str]) -> tuple[str, int]:
    counted: Mapping[str, int] = {each: words.count(each) for each in sorted(set(words))}
    best = max(counted, key=lambda each: counted[each])
    return best, counted[best]


def unclaimed(session: Session, row: Activation, when: When, limit: int) -> list[Any]:
    """Return the conversations with these intents that nobody claimed, longest waiting first."""
    asked = {
        "intents": list(when.intents),
        "says": list(when.says),
        "level": int(when.level[1]) if when.level else 4,
        "rehearsal": rehearsal_of(row),
    }
    return _covered(row, session.execute(_CONVERSATIONS, asked))[:limit]


def waiting(session: Session, row: Activation, intents: Sequence[str] = ()) -> int:
    """Return how many open conversations ask one of these, or how many there are at all."""
    asked = {"intents": list(intents), "rehearsal": rehearsal_of(row)}
    return len(_covered(row, session.execute(_WAITING, asked)))


def about_day(session: Session, row: Activation, begins: datetime) -> int:
    """Return how many open conversations have their own deadline in the day that begins then."""
    asked = {"begins": begins, "ends": begins + timedelta(days=1), "rehearsal": rehearsal_of(row)}
    return len(_covered(row, session.execute(_TOMORROW, asked)))


def backlog_in(session: Session, row: Activation, hours: int, now: datetime) -> int:
    """Return how many conversations of an activation's people will wait after so many hours like the last."""
    return flow.backlog_in(staffing.flows(session, rehearsal_of(row), now, now), hours)


def offers(session: Session, row: Activation, keys: Sequence[str], since: datetime) -> list[Any]:
    """Return the newest offer of these templates per conversation that nobody has answered yet."""
    asked = {"keys": list(keys), "since": since, "rehearsal": rehearsal_of(row), "most": LOOKED_AT}
    return list(session.execute(_OFFERS, asked))


def unused(session: Session, since: datetime) -> int:
    """Return how many agents may sign in and haven't been seen after `since`."""
    return int(session.execute(_UNUSED, {"since": since}).scalar_one())


def failing(session: Session, since: datetime) -> list[Any]:
    """Return per inbox how many sends were tried and how many failed after `since`."""
    return list(session.execute(_FAILING, {"since": since, "most": LOOKED_AT}))
