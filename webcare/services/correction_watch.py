"""Watches correction runs: wakes the worker, refreshes pages, keeps the crisis channel told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain import alerts as words_for
from webcare.models import Alert
from webcare.queries import corrections, public_corrections
from webcare.queries.corrections import CorrectionRow, Tally
from webcare.queries.public_corrections import PublicTally
from webcare.services import alerts
from webcare.services.corrections import BELL

# How often the line in the crisis channel may say something new, and when it repeats the same.
_NEWS_EVERY = timedelta(minutes=5)
_REPEAT_EVERY = timedelta(minutes=30)

# A page that was opened in the very moment of the news has not heard them; it is told once more.
_ECHO = timedelta(minutes=1)

_RUNS = text("SELECT id FROM corrections WHERE state IN ('drafting', 'ready', 'sending') ORDER BY id")
_MOVED = text("""
    SELECT EXISTS (SELECT 1 FROM correction_notices n LEFT JOIN deliveries d ON d.message_id = n.outbound_id
                   WHERE n.correction_id = :id AND greatest(n.changed_at, d.changed_at) > :since)
        OR EXISTS (SELECT 1 FROM corrections WHERE id = :id AND greatest(started_at, drafted_at) > :since)
""")


def watch(session: Session) -> int:
    """Look after every open run; return how many alerts were raised. A lost bell or worker loses nothing."""
    raised = 0
    for correction_id in session.execute(_RUNS).scalars().all():
        row, tally = corrections.one(session, correction_id), corrections.tally(session, correction_id)
        # Also in a run that is ready: a message that was on its way may have left by now.
        queues.after_commit(session, BELL)
        if session.execute(_MOVED, {"id": row.id, "since": clock.now() - _ECHO}).scalar_one():
            live.tell(session, "correction", [row.id])
        if row.state != "drafting":
            posts = public_corrections.tally(session, correction_id)
            raised += _alerted(session, row, tally, posts)
    return raised


def _alerted(session: Session, row: CorrectionRow, tally: Tally, posts: PublicTally) -> bool:
    """Bring the one alert of a run up to date; quiet once everybody has been told and no post is left."""
    words = sentence(row, tally, posts)
    key = f"correction.run:{row.id}"
    asked = select(Alert.text, Alert.changed_at).where(Alert.coalesce_key == key)
    last = session.execute(asked.order_by(Alert.id.desc()).limit(1)).one_or_none()
    if last is not None:
        age = clock.now() - last.changed_at
        is_news = last.text != words
        is_over = row.state == "sending" and not tally.queued + tally.drafted
        is_done = is_over and not tally.left and not posts.left
        if not (is_news and (is_over or age >= _NEWS_EVERY)) and (is_done or age < _REPEAT_EVERY):
            return False
    alerts.raise_(session, alerts.Alert("correction.run", "crisis", words, key, row.activation_id))
    return True


def sentence(row: CorrectionRow, tally: Tally, posts: PublicTally | None = None) -> str:
    """Return what the crisis channel hears of a run: what was wrong, how many read it, who knows by now."""
    in_public = f"; {posts.sentence}" if posts is not None and posts.of else ""
    what = f"Fact {row.key} version {row.wrong_version} was wrong."
    if row.state == "ready":
        waits = f"The drafts are ready and wait for approval (run {row.id}{in_public})."
        end = f" {tally.of:,} people read it. {waits}"
    else:
        since = f" since {words_for.at(row.approved_at)}" if row.approved_at else ""
        end = f" Correction run {row.id}{since}: {tally.sentence}{in_public}."
    return f"{'Rehearsal: ' if row.mode == 'rehearsal' else ''}{what}{end}"
