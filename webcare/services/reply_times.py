"""Measures how long an answer takes, every five minutes, and publishes it as the fact reply_eta."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.db import table
from webcare.domain import reply_time
from webcare.domain.playbook import FactSpec
from webcare.models import Activation, Fact, FactVersion, ReplyTime
from webcare.queries import reply_times, rules
from webcare.queries.reply_times import ReplyTimeRow
from webcare.services import facts, timeline

KEPT = timedelta(days=396)
"""Thirteen months: bare counts, kept to compare one winter with the next (rule R23)."""
_SOURCE = "measured by the desk every five minutes over the last half hour"
# The clock knocks a little before and after the full five minutes.
_SLACK = timedelta(seconds=15)


def keep(session: Session) -> int:
    """Measure when five minutes have passed, and publish the newest to every activation; for the clock.

    Returns how many times were measured.
    """
    now = clock.now()
    last = reply_times.newest_at(session)
    is_due = last is None or now - last >= reply_time.EVERY - _SLACK
    count = measure(session) if is_due else 0
    publish(session)
    return count


def measure(session: Session) -> int:
    """Write one measurement per inbox and language with somebody waiting or answered; return how many."""
    now = clock.now()
    rows = [
        {
            "inbox_id": inbox_id,
            "language": language,
            "measured_at": now,
            "expected_minutes": reply_time.expected(queue),
            "measured_minutes": reply_time.measured(queue),
            "replies": len(queue.waits),
            "waiting": queue.waiting,
        }
        for (inbox_id, language), queue in reply_times.queues(session, now).items()
    ]
    if rows:
        session.execute(insert(table(ReplyTime)), rows)
        live.tell(session, "reply_time")
    return len(rows)


def publish(session: Session) -> int:
    """State the newest times as facts of every activation that knows reply_eta; return how many changed.

    Other words are a new version; the same words, measured anew, hold on for ten minutes more.
    """
    now = clock.now()
    fresh = reply_times.fresh(session, now)
    asked = select(Activation).where(Activation.ended_at.is_(None)).order_by(Activation.id)
    changed: list[tuple[int, str, int]] = []
    for row in session.scalars(asked) if fresh else ():
        spec = rules.frozen(session, row.id, row.fingerprint).fact(reply_time.KEY)
        if spec is None:
            continue
        rehearsal_id = row.id if row.mode == "rehearsal" else None
        mine = [each for each in fresh if each.rehearsal_id == rehearsal_id]
        changed += _published(session, row, spec, mine)
    timeline.record_many(
        session,
        "reply_time_published",
        [
            (None, ("activation", activation_id), {"key": key, "version": version})
            for activation_id, key, version in changed
        ],
    )
    return len(changed)


def prune(session: Session) -> int:
    """Remove measurements of more than thirteen months ago; return how many."""
    gone = delete(ReplyTime).where(ReplyTime.measured_at < clock.now() - KEPT)
    return int(session.execute(gone).rowcount)  # type: ignore[attr-defined]


def _published(
    session: Session, row: Activation, spec: FactSpec, fresh: list[ReplyTimeRow]
) -> list[tuple[int, str, int]]:
    """Write or prolong one fact per measurement; return (activation, key, version) of the new words."""
    newest = _newest(session, row.id)
    made = []
    for each in fresh:
        key = reply_time.fact_key(each.inbox_slug, each.language)
        status = "unknown" if each.expected_minutes is None else "confirmed"
        said = reply_time.words(each.expected_minutes)
        until = each.measured_at + reply_time.STALE
        old = newest.get(key)
        if old is not None and old.retracted_at is None and (old.status, old.said) == (status, said):
            _prolong(old, each.measured_at, until)
            continue
        fields = {
            "status": status,
            "said": said,
            "source": _SOURCE,
            "owner": spec.owner,
            "is_public": spec.public,
            "entered_by": row.started_by,
            "entered_at": each.measured_at,
            "verified_by": None,
            "verified_at": each.measured_at,
            "valid_until": until,
        }
        version = facts.write(session, (row.id, spec.model_copy(update={"key": key})), fields)
        made.append((row.id, key, version.version))
    session.flush()
    return made


def _prolong(old: FactVersion, at: datetime, until: datetime) -> None:
    """Let a measurement stand behind the same words again, as a second person stands behind a fact."""
    if old.valid_until is None or old.valid_until < until:
        old.verified_at, old.valid_until = at, until


def _newest(session: Session, activation_id: int) -> dict[str, FactVersion]:
    asked = (
        select(Fact.key, FactVersion)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .where(Fact.activation_id == activation_id, Fact.key.startswith(f"{reply_time.KEY}."))
        .order_by(FactVersion.id)
    )
    return {row.key: row.FactVersion for row in session.execute(asked)}
