"""Reads reply times: the live queue that they are measured from, and the newest ones that may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from webcare.domain import reply_time
from webcare.domain.reply_time import Queue
from webcare.models import Inbox, ReplyTime
from webcare.queries import fact_versions
from webcare.queries.fact_versions import HeldFact

# Read from the newest messages only: four hours of the worst week are in here, and older ones add nothing.
LOOKED_AT = 60_000

# What the queue answers: the press and the duty officer have their own, and few U4 are ever answered.
_WAITING = text("""
    SELECT c.inbox_id, c.language, c.waiting_since AS since FROM conversations c
    JOIN inboxes i ON i.id = c.inbox_id AND i.closed_at IS NULL
    WHERE c.state = 'open' AND c.waiting_since IS NOT NULL AND c.lane = 'queue' AND c.urgency <= 3
""")
# A wait ends with the first word of a person that answers something; what a machine said ends none.
_ANSWERED = text("""
    SELECT c.inbox_id, c.language, m.sent_at AS at, first.at AS since
    FROM messages m
    JOIN conversations c ON c.id = m.conversation_id
    JOIN inboxes i ON i.id = c.inbox_id AND i.closed_at IS NULL
    JOIN LATERAL (
        SELECT min(w.at) AS at FROM messages w
        WHERE w.conversation_id = m.conversation_id AND w.direction = 'inbound' AND w.id < m.id
          AND w.id > coalesce((SELECT max(o.id) FROM messages o
                               WHERE o.conversation_id = m.conversation_id AND o.direction = 'outbound'
                                 AND NOT o.is_automatic AND o.sent_at IS NOT NULL AND o.id < m.id), 0)
    ) first ON first.at IS NOT NULL
    WHERE m.direction = 'outbound' AND NOT m.is_automatic AND m.agent_id IS NOT NULL
      AND m.sent_at > :since AND m.sent_at <= :now
      AND m.id > (SELECT coalesce(max(id), 0) - :most FROM messages)
""")


@dataclass(frozen=True, slots=True)
class ReplyTimeRow:
    """The newest measurement of one inbox and language, not older than ten minutes.

    `expected_minutes` is what we say, None for "we can't estimate that yet"; `measured_minutes` the median
    wait of the `replies` of the last half hour; `waiting` how many wait.
    """

    inbox_id: int
    inbox_slug: str
    inbox_name: str
    rehearsal_id: int | None
    language: str
    measured_at: datetime
    expected_minutes: int | None
    measured_minutes: int | None
    replies: int
    waiting: int

    @property
    def words(self) -> dict[str, str]:
        """Return what we say per language; the honest sentence when nothing can be said."""
        return reply_time.words(self.expected_minutes) or reply_time.NOT_YET


def fresh(session: Session, now: datetime, inbox_ids: Iterable[int] | None = None) -> list[ReplyTimeRow]:
    """Return the newest time of every open inbox and language that is fresh at `now`, in that order."""
    where: list[ColumnElement[bool]] = [
        ReplyTime.measured_at >= now - reply_time.STALE,
        ReplyTime.measured_at <= now,
        Inbox.closed_at.is_(None),
    ]
    if inbox_ids is not None:
        where.append(ReplyTime.inbox_id.in_(list(inbox_ids)))
    own = (
        "inbox_id",
        "language",
        "measured_at",
        "expected_minutes",
        "measured_minutes",
        "replies",
        "waiting",
    )
    asked = (
        select(
            Inbox.slug.label("inbox_slug"),
            Inbox.name.label("inbox_name"),
            Inbox.rehearsal_id,
            *(getattr(ReplyTime, name) for name in own),
        )
        .join(Inbox, Inbox.id == ReplyTime.inbox_id)
        .where(*where)
        .ext(distinct_on(ReplyTime.inbox_id, ReplyTime.language))
        .order_by(ReplyTime.inbox_id, ReplyTime.language, ReplyTime.measured_at.desc(), ReplyTime.id.desc())
    )
    return [ReplyTimeRow(**each) for each in session.execute(asked).mappings()]


def for_reader(
    session: Session, held: Mapping[str, HeldFact], inbox_id: int, language: str
) -> dict[str, HeldFact]:
    """Return the facts for one conversation: of all measured times only that of its inbox and language."""
    slug = session.execute(select(Inbox.slug).where(Inbox.id == inbox_id)).scalar_one_or_none()
    return fact_versions.for_reader(held, slug or "", language)


def newest_at(session: Session) -> datetime | None:
    """Return when the queue was measured last; None when it never was."""
    return session.execute(select(func.max(ReplyTime.measured_at))).scalar_one()


def queues(session: Session, now: datetime) -> dict[tuple[int, str], Queue]:
    """Return the live queue at `now` per open inbox and language where somebody waits or was answered."""
    ages: dict[tuple[int, str], list[float]] = {}
    waits: dict[tuple[int, str], list[tuple[float, bool]]] = {}
    for row in session.execute(_WAITING):
        ages.setdefault((row.inbox_id, row.language), []).append(_minutes(row.since, now))
    asked = {"since": now - reply_time.LONG_WINDOW, "now": now, "most": LOOKED_AT}
    for row in session.execute(_ANSWERED, asked):
        is_late = row.at > now - reply_time.WINDOW
        waits.setdefault((row.inbox_id, row.language), []).append((_minutes(row.since, row.at), is_late))
    return {each: _queue(ages.get(each, []), waits.get(each, [])) for each in sorted({*ages, *waits})}


def _queue(ages: list[float], waits: list[tuple[float, bool]]) -> Queue:
    soon = reply_time.EVERY.total_seconds() / 60
    return Queue(
        waiting=len(ages),
        joined=sum(1 for age in ages if age <= soon),
        ages=tuple(ages),
        waits=tuple(wait for wait, is_late in waits if is_late),
        long_waits=tuple(wait for wait, _ in waits),
    )


def _minutes(since: Any, until: Any) -> float:
    return max(0.0, float((until - since).total_seconds()) / 60)
