"""Takes replies out one attempt at a time: a reply is never sent twice without a person saying so.

queued -> claimed -> sending -> sent | failed | retry_wait | unknown, and `withheld` in a rehearsal.
`sending` is committed before the first byte leaves. Leases run by the database's clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import backoff
from webcare.domain.outcome import Outcome
from webcare.domain.utterances import InboxConfig, Outbound
from webcare.queries import inboxes, outbound
from webcare.queries.outbound import Claimed
from webcare.services import breaker, pauses, silence, timeline, undelivered
from webcare.services.undelivered import Decision, decide

__all__ = ["Decision", "Ready", "begin", "claim", "decide", "expire", "put_back", "record"]

# Six times what a provider gets: a worker that is merely slow is not taken for dead.
LEASE_S = 120
# Someone has to fill in a setting: a reply looks once a minute whether they have.
SETTING_S = 60.0
# With less of its lease left, a worker must not begin: it might still be sending when the lease ends.
SPARE_S = 30
WITHHELD = "Rehearsal: not sent to anyone."

# A reply waits for the one before it in its conversation, so that the contact reads them in order.
_CLAIM = text("""
    WITH due AS (
        SELECT d.id FROM deliveries d JOIN messages m ON m.id = d.message_id
        WHERE d.state IN ('queued', 'retry_wait') AND d.not_before <= clock_timestamp()
          AND NOT EXISTS (SELECT 1 FROM desk WHERE outbound_paused_at IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM pauses p
                          WHERE p.key = 'inbox:' || d.inbox_id AND p.until > clock_timestamp())
          AND NOT EXISTS (SELECT 1 FROM messages e JOIN deliveries b ON b.message_id = e.id
                          WHERE e.conversation_id = m.conversation_id AND e.id < m.id
                            AND b.state IN ('queued', 'retry_wait', 'claimed', 'sending'))
        ORDER BY d.not_before, d.id LIMIT :limit FOR UPDATE OF d SKIP LOCKED)
    UPDATE deliveries d
    SET state = 'claimed', claimed_by = :worker, changed_at = :now,
        lease_until = clock_timestamp() + make_interval(secs => :lease)
    FROM due WHERE d.id = due.id RETURNING d.id
""")
_PUT_BACK = text("""
    UPDATE deliveries SET state = 'queued', claimed_by = NULL, lease_until = NULL, changed_at = :now,
           not_before = greatest(not_before, clock_timestamp() + make_interval(secs => :seconds))
    WHERE state = 'claimed' AND claimed_by = :worker AND id = ANY(:ids) RETURNING id
""")
_BEGIN = text("""
    UPDATE deliveries SET state = 'sending', attempt_no = attempt_no + 1, changed_at = :now
    WHERE id = :id AND state = 'claimed' AND claimed_by = :worker RETURNING attempt_no
""")
_ATTEMPT = text("""
    INSERT INTO delivery_attempts (delivery_id, attempt_no, worker, started_at)
    VALUES (:id, :attempt_no, :worker, clock_timestamp())
""")
# A late answer may still turn `unknown` into `sent`; nothing else may.
_SETTLE = text("""
    WITH before AS (SELECT id, state FROM deliveries WHERE id = :id FOR UPDATE)
    UPDATE deliveries d
    SET state = CAST(:state AS text), words = :words, provider_id = coalesce(:provider_id, provider_id),
        claimed_by = NULL, lease_until = NULL, changed_at = :now,
        not_before = clock_timestamp() + make_interval(secs => :seconds)
    FROM before WHERE d.id = before.id AND d.attempt_no = :attempt_no
      AND (before.state = 'sending' OR (before.state = 'unknown' AND CAST(:state AS text) = 'sent'))
    RETURNING before.state AS was
""")
_END_ATTEMPT = text("""
    UPDATE delivery_attempts SET ended_at = clock_timestamp(), outcome = :outcome, words = :words
    WHERE delivery_id = :id AND attempt_no = :attempt_no
""")
_FAILURES = text("""
    SELECT count(*) FROM delivery_attempts
    WHERE delivery_id = :id AND outcome IN ('retry', 'unknown', 'crashed') AND attempt_no < :attempt_no
""")
_WITHHOLD = text("""
    UPDATE deliveries SET state = 'withheld', words = :words, claimed_by = NULL, lease_until = NULL,
           changed_at = :now WHERE id = :id
""")
# As long as the same thing is missing nothing new has happened: no attempt, no event, no change.
_POSTPONE = text("""
    WITH before AS (SELECT id, words FROM deliveries WHERE id = :id)
    UPDATE deliveries d SET state = 'retry_wait', words = :words, claimed_by = NULL, lease_until = NULL,
           not_before = clock_timestamp() + make_interval(secs => :seconds),
           changed_at = CASE WHEN before.words = :words THEN d.changed_at ELSE :now END
    FROM before WHERE d.id = before.id RETURNING before.words <> :words AS is_news
""")
_UNCLAIM = text("""
    UPDATE deliveries SET state = 'queued', claimed_by = NULL, lease_until = NULL, changed_at = :now
    WHERE state = 'claimed' AND lease_until < clock_timestamp() RETURNING id
""")
_DEAD = text("""
    SELECT d.id, m.conversation_id FROM deliveries d JOIN messages m ON m.id = d.message_id
    WHERE d.state = 'sending' AND d.lease_until < clock_timestamp()
    ORDER BY m.conversation_id, d.id LIMIT 500 FOR UPDATE OF d SKIP LOCKED
""")
# In the order in which everybody else locks them; bringing them back one by one would cross their way.
_LOCK_TALKS = text("SELECT id FROM conversations WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_CRASHED = "The worker stopped while sending; nobody knows whether it arrived."


@dataclass(frozen=True, slots=True)
class Ready:
    """A reply that is committed as `sending`: what to hand to which channel, as which attempt.

    `account_id` is the inbox that sends; for a form that is not the inbox of the conversation.
    """

    delivery_id: int
    attempt_no: int
    account_id: int
    outbound: Outbound
    inbox: InboxConfig
    of: Claimed = field(repr=False)


def claim(session: Session, worker: str, limit: int) -> list[int]:
    """Lease up to `limit` due deliveries to `worker` and return their ids, the longest due first."""
    values = {"worker": worker, "limit": limit, "lease": LEASE_S, "now": clock.now()}
    return sorted(session.execute(_CLAIM, values).scalars())


def put_back(session: Session, delivery_ids: list[int], worker: str, seconds: float = 0.0) -> int:
    """Give claimed deliveries back unsent, not to be looked at for `seconds`; return how many."""
    values = {"ids": delivery_ids, "worker": worker, "seconds": seconds, "now": clock.now()}
    return len(session.execute(_PUT_BACK, values).all())


def begin(
    session: Session,
    delivery_id: int,
    worker: str,
    sends_by: Callable[[str], str] = lambda channel: channel,
    lacks: Callable[[InboxConfig], str] = lambda _: "",
) -> Ready | None:
    """Turn a claim into an attempt that is about to leave; None when it must not leave now.

    The caller commits before it sends. `sends_by` says which channel carries the answers of which,
    `lacks` which setting the sending inbox still misses ('' for none): the reply then waits, and says so.
    A rehearsal ends here as `withheld`: the caller never learns whom it was for. A reply whose facts
    were retracted or are over since it was written, or that a playbook keeps back now, ends as `failed`.
    """
    row = outbound.claimed(session, delivery_id, worker)
    if row is None:
        return None
    if row.is_rehearsal:
        _withhold(session, row)
        return None
    fallen = undelivered.fallen(session, row.message_id) or silence.over(session, row.message_id)
    if fallen:
        undelivered.hold(session, row, fallen)
        return None
    account = _account(session, row, sends_by)
    wait = pauses.left(session, pauses.of_inbox(account.id))
    if row.lease_left_s < SPARE_S or row.is_desk_paused or wait > 0 or account.rehearsal_id is not None:
        put_back(session, [delivery_id], worker, wait)
        return None
    missing = lacks(account.config())
    if missing:
        _postpone(session, row, missing)
        return None
    values = {"id": delivery_id, "worker": worker, "now": clock.now()}
    attempt_no = session.execute(_BEGIN, values).scalar_one()
    session.execute(_ATTEMPT, {"id": delivery_id, "attempt_no": attempt_no, "worker": worker})
    live.tell(session, "conversation", [row.conversation_id])
    return Ready(delivery_id, attempt_no, account.id, row.outbound, account.config(), row)


def record(session: Session, ready: Ready, outcome: Outcome) -> bool:
    """Write what became of an attempt; return False when it had been settled otherwise meanwhile."""
    state, seconds = _verdict(session, ready.of, outcome)
    if outcome.retry_after is not None:
        pauses.pause(session, pauses.of_inbox(ready.account_id), outcome.retry_after, outcome.words)
    is_settled = _settle(session, ready.of, outcome, (state, seconds))
    if outcome.result in {"retry", "unknown"} and outcome.retry_after is None:
        breaker.look(session, ready.of)
    return is_settled


def expire(session: Session) -> int:
    """End leases that are over: claimed goes back to the queue, sending becomes unknown; return how many."""
    back = session.execute(_UNCLAIM, {"now": clock.now()}).all()
    dead = session.execute(_DEAD).all()
    session.execute(_LOCK_TALKS, {"ids": [each.conversation_id for each in dead]})
    for each in dead:
        row = outbound.sending(session, each.id)
        outcome = Outcome(row.attempt_no, "unknown", _CRASHED)
        _settle(session, row, outcome, _verdict(session, row, outcome))
    return len(back) + len(dead)


def _account(session: Session, row: Claimed, sends_by: Callable[[str], str]) -> inboxes.InboxRow:
    own = inboxes.by_ids(session, [row.inbox_id])[row.inbox_id]
    channel = sends_by(own.channel)
    if channel == own.channel:
        return own
    named = own.options.get("reply_inbox")
    others = [
        each
        for each in inboxes.listed(session)
        if each.channel == channel and each.rehearsal_id is None and named in (None, each.slug)
    ]
    # Not exactly one: the own channel refuses, in words that say which option is missing.
    return others[0] if len(others) == 1 else own


def _withhold(session: Session, row: Claimed) -> None:
    session.execute(_WITHHOLD, {"id": row.delivery_id, "words": WITHHELD, "now": clock.now()})
    _tell(session, row, "withheld", {})


def _postpone(session: Session, row: Claimed, words: str) -> None:
    values = {"id": row.delivery_id, "words": words, "seconds": SETTING_S, "now": clock.now()}
    if session.execute(_POSTPONE, values).scalar_one():
        _tell(session, row, "retry_wait", {})


def _verdict(session: Session, row: Claimed, outcome: Outcome) -> tuple[str, float]:
    """Return the state that an outcome leads to, and in how many seconds it may be looked at again."""
    is_repeated = outcome.result == "unknown" and row.may_repeat
    if outcome.result != "retry" and not is_repeated:
        return outcome.result, 0.0
    if outcome.retry_after is not None:
        return "retry_wait", min(outcome.retry_after, pauses.LONGEST_S)
    asked = {"id": row.delivery_id, "attempt_no": outcome.attempt_no}
    failures = int(session.execute(_FAILURES, asked).scalar_one()) + 1
    if backoff.is_over(failures):
        return ("unknown" if is_repeated else "failed"), 0.0
    dice = random.SystemRandom().random
    return "retry_wait", backoff.delay(failures, dice).total_seconds()


def _settle(session: Session, row: Claimed, outcome: Outcome, verdict: tuple[str, float]) -> bool:
    state, seconds = verdict
    words = undelivered.told(outcome.words)
    values: dict[str, Any] = {"id": row.delivery_id, "attempt_no": outcome.attempt_no, "words": words}
    # A worker that died says nothing about its provider, nor does a provider that asks for time.
    result: str = "paused" if outcome.retry_after is not None else outcome.result
    result = "crashed" if outcome.words is _CRASHED else result
    session.execute(_END_ATTEMPT, {**values, "outcome": result})
    settled = {"state": state, "seconds": seconds, "provider_id": outcome.provider_id, "now": clock.now()}
    found = session.execute(_SETTLE, {**values, **settled}).first()
    if found is None:
        return False
    if state == "sent":
        undelivered.stamp(session, row.conversation_id, row.message_id, is_open=found.was == "unknown")
    if state in {"failed", "unknown"}:
        undelivered.bring_back(session, row, state)
    _tell(session, row, state, {"attempt": outcome.attempt_no})
    return True


def _tell(session: Session, row: Claimed, state: str, data: dict[str, Any]) -> None:
    verb = {"retry_wait": "postponed", "unknown": "left_unknown"}.get(state, state)
    about = ("delivery", row.delivery_id)
    timeline.record(session, None, verb, about, conversation=row.conversation_id, **data)
    live.tell(session, "conversation", [row.conversation_id])
