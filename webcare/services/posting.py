"""Takes the posts of broadcasts out one attempt at a time: none leaves twice without a person saying so.

queued -> sending -> sent | failed | retry_wait | unknown, and `withheld` in a rehearsal. `sending` is
committed before the first byte leaves. Leases run by the database's clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain import backoff
from webcare.domain.outcome import Outcome
from webcare.domain.rights import Who
from webcare.domain.utterances import InboxConfig
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.queries import broadcast_facts, broadcasts, inboxes
from webcare.services import alerts, pauses, timeline
from webcare.services.publishing import WITHHELD

Decision = Literal["resend", "mark_sent", "give_up"]

# Six times what a provider gets, as for replies: a worker that is merely slow is not taken for dead.
LEASE_S = 120
SETTING_S = 60.0
_LONGEST_WORDS = 500
_CRASHED = "The worker stopped while posting; nobody knows whether it arrived."

_PICK = text("""
    SELECT p.id, p.broadcast_id, p.inbox_id, p.language, p.text, p.key, p.attempts, p.words
    FROM broadcast_posts p
    WHERE p.state IN ('queued', 'retry_wait') AND p.not_before <= clock_timestamp()
      AND NOT EXISTS (SELECT 1 FROM desk WHERE outbound_paused_at IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM pauses WHERE key = 'inbox:' || p.inbox_id AND until > clock_timestamp())
    ORDER BY p.not_before, p.id LIMIT 1 FOR UPDATE OF p SKIP LOCKED
""")
_BEGIN = text("""
    UPDATE broadcast_posts SET state = 'sending', attempts = attempts + 1, changed_at = :now,
           lease_until = clock_timestamp() + make_interval(secs => :lease)
    WHERE id = :id RETURNING attempts
""")
# A late answer may still turn `unknown` into `sent`; nothing else may.
_SETTLE = text("""
    UPDATE broadcast_posts SET state = CAST(:state AS text), words = :words, lease_until = NULL,
           changed_at = :now, not_before = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = :id AND attempts = :attempts
      AND (state = 'sending' OR (state = 'unknown' AND CAST(:state AS text) = 'sent'))
    RETURNING broadcast_id
""")
_END = text("""
    UPDATE broadcast_posts SET state = :state, words = :words, lease_until = NULL, changed_at = :now,
           not_before = clock_timestamp() + make_interval(secs => :seconds)
    WHERE id = :id
""")
_DEAD = text("""
    SELECT id, attempts FROM broadcast_posts WHERE state = 'sending' AND lease_until < clock_timestamp()
    ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED
""")
_IS_DUE = text("""
    SELECT EXISTS (SELECT 1 FROM broadcast_posts WHERE state IN ('queued', 'retry_wait')
                   AND not_before <= clock_timestamp())
""")
# Its time came before the crisis; what is tried again must not be the cheerful word in the middle of it.
_CRISIS = text("""
    SELECT 1 FROM activations WHERE mode = 'real' AND ended_at IS NULL AND started_at >= :since LIMIT 1
""")
_DECIDE = text("""
    UPDATE broadcast_posts SET state = :state, words = :words, changed_at = :now,
           not_before = clock_timestamp()
    WHERE id = :id AND broadcast_id = :broadcast AND state = ANY(:from) RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Ready:
    """A post that is committed as `sending`: what to hand to which inbox, as which attempt."""

    post_id: int
    attempt_no: int
    inbox_id: int
    key: str
    body: dict[str, Any] = field(repr=False)
    inbox: InboxConfig = field(repr=False)


def begin(session: Session, lacks: Callable[[InboxConfig], str] = lambda _: "") -> Ready | bool:
    """Turn the post that is due longest into an attempt that is about to leave.

    The caller commits before it sends. False: nothing is due. True: one was due but must not leave (a
    rehearsal, facts that fell since, a missing setting that `lacks` names); ask again.
    """
    post = session.execute(_PICK).one_or_none()
    if post is None:
        return False
    row = broadcasts.one(session, post.broadcast_id)
    inbox = inboxes.by_ids(session, [post.inbox_id])[post.inbox_id]
    if row.is_rehearsal or inbox.rehearsal_id is not None:
        return _end(session, post, "withheld", WITHHELD)
    fallen = _fallen(session, row)
    if fallen:
        return _end(session, post, "failed", fallen)
    missing = lacks(inbox.config())
    if missing:
        return _end(session, post, "retry_wait", missing, SETTING_S)
    values = {"id": post.id, "now": clock.now(), "lease": LEASE_S}
    attempt_no = session.execute(_BEGIN, values).scalar_one()
    live.tell(session, "broadcast", [row.id])
    body = {
        "type": "broadcast",
        "id": post.key,
        "broadcast": row.id,
        "kind": row.kind,
        "language": post.language,
        "text": post.text,
        "published_at": _iso(row.published_at),
        "next_update_at": _iso(row.next_update_at),
    }
    return Ready(post.id, attempt_no, post.inbox_id, post.key, body, inbox.config())


def record(session: Session, ready: Ready, outcome: Outcome) -> bool:
    """Write what became of an attempt; return False when it had been settled otherwise meanwhile."""
    state, seconds = outcome.result, 0.0
    if outcome.retry_after is not None:
        pauses.pause(session, pauses.of_inbox(ready.inbox_id), outcome.retry_after, outcome.words)
        state, seconds = "retry", min(outcome.retry_after, pauses.LONGEST_S)
    elif state == "retry" and backoff.is_over(outcome.attempt_no):
        state = "failed"
    elif state == "retry":
        seconds = backoff.delay(outcome.attempt_no, random.SystemRandom().random).total_seconds()
    ended = "retry_wait" if state == "retry" else state
    return _settle(session, (ready.post_id, ready.attempt_no), ended, outcome.words, seconds)


def sweep(session: Session) -> int:
    """Call `unknown` what a dead worker was posting, and ring for what is due; return how many were dead."""
    dead = session.execute(_DEAD).all()
    for each in dead:
        _settle(session, (each.id, each.attempts), "unknown", _CRASHED)
    if session.execute(_IS_DUE).scalar_one():
        queues.after_commit(session, "posting")
    return len(dead)


def decide(session: Session, who: Who, broadcast_id: int, post_id: int, decision: Decision) -> None:
    """Settle a post that nobody knows about, or post a failed one once more.

    Raises NotAllowed, NotFound, and Conflict when there is nothing (more) to decide.
    """
    if not who.may("broadcast.approve"):
        raise NotAllowed("Your role can't decide about posts; ask a team lead.")
    row = broadcasts.one(session, broadcast_id)
    found = next((each for each in broadcasts.posts(session, row.id) if each.id == post_id), None)
    if found is None:
        raise NotFound("There is no such post.")
    state, words = {
        "resend": ("queued", ""),
        "mark_sent": ("sent", f"Marked as posted by {who.name}."),
        "give_up": ("failed", f"Given up by {who.name}."),
    }[decision]
    values = {"id": post_id, "broadcast": broadcast_id, "state": state, "words": words, "now": clock.now()}
    allowed = ["unknown", "failed"] if decision == "resend" else ["unknown"]
    if session.execute(_DECIDE, {**values, "from": allowed}).first() is None:
        raise Conflict(f"This post is {found.state} now; there is nothing to decide. Load the page again.")
    timeline.record(session, who, "decided", ("broadcast", broadcast_id), post=post_id, decision=decision)
    live.tell(session, "broadcast", [broadcast_id])
    if decision == "resend":
        queues.after_commit(session, "posting")


def _fallen(session: Session, row: broadcasts.BroadcastRow) -> str:
    """Return why the words may not leave any more: they waited, and a fact or a moment passed; or ''."""
    now = clock.now()
    if row.kind != "post" and row.next_update_at is not None and row.next_update_at <= now:
        return "It waited past the next update that it promises; publish a new update."
    if row.kind == "post" and _crisis_began(session, row):
        return "A crisis began while it waited (R19). Post it again when a person says that it fits."
    for key, version in row.facts.items():
        trouble = broadcast_facts.fallen(session, row, (key, version), now)
        if trouble:
            return f"{trouble} Publish a new update."
    return ""


def _crisis_began(session: Session, row: broadcasts.BroadcastRow) -> bool:
    """Return whether a real crisis was activated since a planned post was published."""
    return session.execute(_CRISIS, {"since": row.published_at}).first() is not None


def _end(session: Session, post: Any, state: str, words: str, seconds: float = 0.0) -> bool:
    values = {"id": post.id, "state": state, "words": words, "seconds": seconds, "now": clock.now()}
    session.execute(_END, values)
    # As long as the same thing is missing nothing new has happened.
    if words != post.words:
        _tell(session, post.broadcast_id, post.id, state, words)
    return True


def _settle(session: Session, of: tuple[int, int], state: str, said: str = "", seconds: float = 0.0) -> bool:
    post_id, attempts = of
    words = said[:_LONGEST_WORDS]
    values = {"id": post_id, "attempts": attempts, "state": state, "words": words, "seconds": seconds}
    found = session.execute(_SETTLE, {**values, "now": clock.now()}).first()
    if found is None:
        return False
    _tell(session, found.broadcast_id, post_id, state, words)
    return True


def _tell(session: Session, broadcast_id: int, post_id: int, state: str, words: str) -> None:
    verb = {"retry_wait": "postponed", "unknown": "left_unknown", "sent": "posted"}.get(state, state)
    timeline.record(session, None, verb, ("broadcast", broadcast_id), post=post_id, words=words)
    live.tell(session, "broadcast", [broadcast_id])
    if state not in {"failed", "unknown"}:
        return
    said = "could not be posted" if state == "failed" else "may have been posted; look, then decide"
    line = f"Broadcast #{broadcast_id} {said} on one channel. The desk says why."
    alerts.raise_(
        session, alerts.Alert(f"broadcast.{state}", "crisis", line, f"broadcast.{state}:{broadcast_id}")
    )


def _iso(moment: Any) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
