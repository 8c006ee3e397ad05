"""Takes waiting alerts to Slack one at a time, and remembers what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.masking import mask
from webcare.domain.outcome import Outcome
from webcare.services import pauses, timeline

# Slack allows one message a second in one channel.
TURN_S = 1.0
LEASE_S = 60
ACCOUNT = "slack"

# What stands behind an @ in a key tells one piece of news from the next; both stand in the same message.
# An edited message rings no telephone: a page is posted anew each time, everything else is renewed in place.
RINGS = ("u0.received", "u1.unclaimed", "next_update.due", "next_update.overdue", "pii.public")

_PICK = text("""
    SELECT a.id, a.slack_channel FROM alerts a
    WHERE a.state = 'queued' AND a.not_before <= clock_timestamp()
      AND NOT EXISTS (SELECT 1 FROM pauses p WHERE p.until > clock_timestamp()
                      AND p.key IN ('slack', 'slack:' || a.slack_channel))
    ORDER BY a.kind <> 'u0.received', a.not_before, a.id
    LIMIT 1 FOR UPDATE OF a SKIP LOCKED
""")
_BEGIN = text("""
    UPDATE alerts SET state = 'sending', attempt_no = attempt_no + 1, changed_at = :now,
           lease_until = clock_timestamp() + make_interval(secs => :lease)
    WHERE id = :id
    RETURNING id, attempt_no, slack_channel, text, count, conversation_id, activation_id,
              CASE WHEN kind <> ALL(:rings) THEN (
                  SELECT e.slack_ts FROM alerts e
                  WHERE split_part(e.coalesce_key, '@', 1) = split_part(alerts.coalesce_key, '@', 1)
                    AND e.id < alerts.id AND e.state = 'sent'
                    AND e.slack_ts LIKE '%/%'
                    AND e.changed_at > CAST(:now AS timestamptz) - interval '12 hours'
                  ORDER BY e.id DESC LIMIT 1) END AS earlier
""")
_SOONEST = text("""
    SELECT min(greatest(extract(epoch FROM a.not_before - clock_timestamp()),
                        (SELECT max(extract(epoch FROM p.until - clock_timestamp())) FROM pauses p
                         WHERE p.key IN ('slack', 'slack:' || a.slack_channel)), 0))
    FROM alerts a WHERE a.state = 'queued'
""")
_SETTLE = text("""
    UPDATE alerts SET state = CAST(:state AS text), words = :words, slack_ts = :slack_ts,
           lease_until = NULL, changed_at = :now
    WHERE id = :id AND attempt_no = :attempt_no
      AND (state = 'sending' OR (state = 'unknown' AND CAST(:state AS text) = 'sent'))
    RETURNING id
""")
_REQUEUE = text("""
    UPDATE alerts SET state = 'queued', words = :words, lease_until = NULL, changed_at = :now,
           attempt_no = attempt_no - :uncounted,
           not_before = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = :id AND attempt_no = :attempt_no AND state = 'sending'
    RETURNING id
""")
_MERGE = text("""
    UPDATE alerts waiting SET count = waiting.count + mine.count, changed_at = :now
    FROM alerts mine
    WHERE mine.id = :id AND mine.attempt_no = :attempt_no AND mine.state = 'sending'
      AND waiting.coalesce_key = mine.coalesce_key AND waiting.state = 'queued'
    RETURNING waiting.id
""")
_EXPIRE = text("""
    UPDATE alerts SET state = 'unknown', lease_until = NULL, changed_at = :now,
           words = 'The worker stopped while Slack was being told; nobody knows whether it arrived.'
    WHERE state = 'sending' AND lease_until < clock_timestamp()
    RETURNING id
""")
# A repeated alert renews the line that stands on the desk already.
_RENEW = text("""
    UPDATE alerts old SET count = old.count + new.count, text = new.text, changed_at = :now
    FROM alerts new
    WHERE new.state = 'queued' AND old.state = 'desk' AND old.coalesce_key = new.coalesce_key
      AND old.created_at > :since
    RETURNING old.id, new.id AS merged
""")
_TO_DESK = text("UPDATE alerts SET state = 'desk', changed_at = :now WHERE state = 'queued' RETURNING id")
# Only what was never told and is counted in another alert now.
_DROP = text("DELETE FROM alerts WHERE id = ANY(:ids) AND state IN ('queued', 'sending')")


@dataclass(frozen=True, slots=True)
class Ready:
    """An alert that is committed as `sending`: who to tell, what, and the number of this attempt.

    `earlier` names the message in Slack that said the same before; it is renewed instead of repeated.
    """

    id: int
    attempt_no: int
    slack_channel: str
    text: str
    count: int
    conversation_id: int | None
    activation_id: int | None
    earlier: str | None = None


def claim(session: Session) -> Ready | None:
    """Take the next alert whose Slack channel is free, as `sending`; None when there is none.

    The caller commits before it speaks to Slack. U0 goes first.
    """
    found = session.execute(_PICK).one_or_none()
    if found is None or not pauses.take_turn(session, f"{ACCOUNT}:{found.slack_channel}", TURN_S):
        return None
    asked = {"id": found.id, "lease": LEASE_S, "now": clock.now(), "rings": list(RINGS)}
    row = session.execute(_BEGIN, asked).one()
    return Ready(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def soonest(session: Session) -> float | None:
    """Return in how many seconds the next waiting alert may go; None when none waits."""
    seconds = session.execute(_SOONEST).scalar_one()
    return None if seconds is None else float(seconds)


def record(session: Session, alert_id: int, outcome: Outcome, wait_s: float = 0.0) -> bool:
    """Write what became of an attempt; return False when it was settled otherwise meanwhile.

    `wait_s` is how long an outcome `retry` waits when Slack named no time itself.
    """
    if outcome.result == "retry":
        return _again(session, alert_id, outcome, wait_s)
    values = {
        "id": alert_id,
        "attempt_no": outcome.attempt_no,
        "state": outcome.result,
        "words": mask(outcome.words)[: pauses.MAX_WORDS],
        "slack_ts": outcome.provider_id,
        "now": clock.now(),
    }
    if session.execute(_SETTLE, values).first() is None:
        return False
    _left(session, [alert_id], outcome.result)
    return True


def _again(session: Session, alert_id: int, outcome: Outcome, wait_s: float) -> bool:
    if outcome.retry_after is not None:
        pauses.pause(session, ACCOUNT, outcome.retry_after, outcome.words)
    mine = {"id": alert_id, "attempt_no": outcome.attempt_no, "now": clock.now()}
    if session.execute(_MERGE, mine).first():
        session.execute(_DROP, {"ids": [alert_id]})
        return True
    values = {
        "id": alert_id,
        "attempt_no": outcome.attempt_no,
        "words": mask(outcome.words)[: pauses.MAX_WORDS],
        "seconds": wait_s if outcome.retry_after is None else outcome.retry_after,
        # Being told to wait is no failure: it must not use up the attempts.
        "uncounted": int(outcome.retry_after is not None),
        "now": clock.now(),
    }
    return session.execute(_REQUEUE, values).first() is not None


def expire(session: Session) -> int:
    """Mark alerts whose worker died while sending as `unknown`; return how many."""
    ids = session.execute(_EXPIRE, {"now": clock.now()}).scalars().all()
    _left(session, ids, "unknown")
    return len(ids)


def to_desk(session: Session) -> int:
    """Put all waiting alerts on the desk, because there is no Slack; return how many are new."""
    now = clock.now()
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)
    renewed = session.execute(_RENEW, {"now": now, "since": since}).all()
    session.execute(_DROP, {"ids": [row.merged for row in renewed]})
    ids = session.execute(_TO_DESK, {"now": now}).scalars().all()
    changed = [*ids, *(row.id for row in renewed)]
    # Without ids a desk would take it for many.
    if changed:
        live.tell(session, "alert", changed)
    return len(ids)


def _left(session: Session, ids: Sequence[int], verb: str) -> None:
    if ids:
        timeline.record_many(session, verb, [(None, ("alert", each), {}) for each in ids])
        live.tell(session, "alert", ids)
