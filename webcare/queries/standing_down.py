"""Reads whether an activation may be stood down: its criteria, and what the desk can measure of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from webcare.domain.coverage import Coverage
from webcare.models import Conversation, Correction, Promise
from webcare.queries import covered
from webcare.queries.activations import ActivationDetail, ActivationRow

REVIEW, LAST_POST = "review_date", "last_post"
USUAL_FACTOR = 1.3
_URGENT = 2
_DAYS_BEFORE = 28
_DAY = timedelta(hours=24)

# What every activation is asked besides its playbook's own list.
_MORE = {
    "updates_kept": {"en": "No promised update is overdue.", "nl": "Geen beloofde update is te laat."},
    "corrections_closed": {
        "en": "No correction run is open.",
        "nl": "Er loopt geen correctie meer.",
    },
}

_PER_DAY = text("""
    SELECT floor(extract(epoch FROM CAST(:until AS timestamptz) - m.at) / 86400)::int AS days_ago,
           count(*) AS arrived
    FROM messages m JOIN inboxes i ON i.id = m.inbox_id
    WHERE m.direction = 'inbound' AND i.rehearsal_id IS NULL AND m.at >= :since AND m.at < :until
      AND (CAST(:inboxes AS bigint[]) = '{}' OR m.inbox_id = ANY(CAST(:inboxes AS bigint[])))
      AND (CAST(:languages AS text[]) = '{}' OR m.language = 'und'
           OR m.language = ANY(CAST(:languages AS text[])))
      AND (CAST(:labels AS text[]) = '{}' OR m.conversation_id IN
           (SELECT c.id FROM conversations c WHERE c.labels && CAST(:labels AS text[])))
    GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that must be true before standing down.

    `is_met` is None when only a person can say so; else `figure` says what was measured.
    """

    key: str
    title: dict[str, str]
    figure: str = ""
    is_met: bool | None = None


def checklist(session: Session, detail: ActivationDetail, now: datetime) -> tuple[Criterion, ...]:
    """Return the stand-down criteria of an activation at `now` (aware), measured where the desk can."""
    asked = {each.key: dict(each.title.root) for each in detail.stand_down}
    measures: dict[str, Callable[[Session, ActivationRow, datetime], tuple[bool | None, str]]] = {
        "urgent_read": _urgent,
        "arrivals_usual": _arrivals,
        "updates_kept": _updates,
        "corrections_closed": _corrections,
    }
    found = []
    for key, title in {**asked, **_MORE}.items():
        measure = measures.get(key)
        is_met, figure = measure(session, detail.row, now) if measure else (None, "")
        found.append(Criterion(key, title, figure, is_met))
    return tuple(found)


def _urgent(session: Session, row: ActivationRow, _now: datetime) -> tuple[bool, str]:
    """Count what waits at U0 to U2 and is in nobody's hands."""
    asked = (
        select(Conversation.urgency, func.count())
        .where(
            Conversation.state == "open",
            Conversation.urgency <= _URGENT,
            Conversation.waiting_since.is_not(None),
            Conversation.assignee_id.is_(None),
            Conversation.rehearsal_id == row.id if row.is_rehearsal else Conversation.rehearsal_id.is_(None),
            covered.condition(row.coverage),
        )
        .group_by(Conversation.urgency)
        .order_by(Conversation.urgency)
    )
    waiting = [(level, count) for level, count in session.execute(asked)]
    if not waiting:
        return True, "0 wait that nobody claimed"
    parts = ", ".join(f"{count} at U{level}" for level, count in waiting)
    return False, f"{sum(count for _, count in waiting)} wait that nobody claimed: {parts}"


def _arrivals(session: Session, row: ActivationRow, now: datetime) -> tuple[bool | None, str]:
    """Hold the last 24 hours against the median day of the four weeks before the activation."""
    if row.is_rehearsal:
        return None, "not measured in a rehearsal: its messages are made up"
    arrived = _per_day(session, row.coverage, (now, 1)).get(0, 0)
    before = _per_day(session, row.coverage, (row.started_at, _DAYS_BEFORE))
    if not before:
        return (
            None,
            f"{arrived} in 24 hours; nothing arrived before the activation to hold that against",
        )
    # A day without a message counts too, from the first day that had one.
    usual = median([before.get(day, 0) for day in range(max(before) + 1)])
    figure = f"{arrived} in 24 hours; a usual day had {usual:g}"
    if not usual:
        return None, figure
    return arrived < USUAL_FACTOR * usual, f"{figure} ({arrived / usual:.1f} times)"


def _per_day(session: Session, coverage: Coverage, spell: tuple[datetime, int]) -> dict[int, int]:
    """Return how many covered messages came in, by how many whole days before the end of a spell (end, days).

    Days without a message are left out.
    """
    until, days = spell
    covers = {"inboxes": [], "languages": [], "labels": [], **coverage.plain()}
    rows = session.execute(_PER_DAY, {"until": until, "since": until - days * _DAY, **covers})
    return {row.days_ago: row.arrived for row in rows}


def _updates(session: Session, row: ActivationRow, now: datetime) -> tuple[bool, str]:
    asked = select(func.count()).where(
        Promise.activation_id == row.id,
        Promise.due_at <= now,
        Promise.kept_at.is_(None),
        Promise.missed_at.is_(None),
        Promise.moved_at.is_(None),
    )
    late = session.execute(asked).scalar_one()
    if row.next_update_at is not None and row.next_update_at <= now:
        late = max(late, 1)
    if late:
        return False, f"{late} overdue; 'no change' is an update too"
    return True, "0 overdue"


def _corrections(session: Session, row: ActivationRow, _now: datetime) -> tuple[bool, str]:
    asked = select(func.count()).where(
        Correction.activation_id == row.id, Correction.state.not_in(("closed", "withdrawn"))
    )
    count = session.execute(asked).scalar_one()
    return count == 0, f"{count} open"
