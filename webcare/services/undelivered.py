"""Brings a conversation back to people when its reply failed or may have failed, and lets one decide."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.alerts import Alert, at, delivery_undecided
from webcare.domain.masking import mask
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.queries import fact_versions, outbound
from webcare.queries.fact_versions import FallenFact
from webcare.queries.outbound import Claimed
from webcare.services import alerts, silence, timeline

Decision = Literal["resend", "mark_sent", "give_up"]
MAX_WORDS = 500

# What was promised is overdue already, hence due now; who wrote again in the meantime is open anyway.
_BRING_BACK = text("""
    UPDATE conversations c SET state = 'open', state_at = :now, level_since = :now, due_at = :now,
        waiting_since = coalesce(
            (SELECT min(m.at) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'inbound'
             AND m.id > coalesce((SELECT max(o.id) FROM messages o JOIN deliveries d ON d.message_id = o.id
                                  WHERE o.conversation_id = c.id AND d.state = 'sent'
                                    AND NOT o.is_automatic), 0)), :now)
    WHERE c.id = :id AND c.state <> 'open'
""")
_SETTLE_AGAIN = text("""
    UPDATE conversations c SET state = 'waiting', state_at = :now, waiting_since = NULL, due_at = NULL
    WHERE c.id = :id AND c.state = 'open'
      AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.id > :message
                      AND m.direction = 'inbound')
""")
_DECIDE = text("""
    UPDATE deliveries SET state = :state, not_before = clock_timestamp(), changed_at = :now,
           words = CASE WHEN :words = '' THEN words ELSE :words END
    WHERE id = :id AND state = ANY(:from) RETURNING id
""")
_HOLD = text("""
    UPDATE deliveries SET state = 'failed', words = :words, claimed_by = NULL, lease_until = NULL,
           changed_at = :now WHERE id = :id
""")
_LOOK = text("""
    SELECT d.state, d.message_id, m.conversation_id, c.team_id, c.urgency
    FROM deliveries d JOIN messages m ON m.id = d.message_id JOIN conversations c ON c.id = m.conversation_id
    WHERE d.id = :id
""")
_STAMP = text("UPDATE messages SET sent_at = :now WHERE id = :id AND sent_at IS NULL")


def told(words: str) -> str:
    """Return a provider's words as they may be kept and shown: one line, masked, bounded."""
    printable = "".join(each if each.isprintable() else " " for each in words[: MAX_WORDS * 2])
    return mask(" ".join(printable.split()))[:MAX_WORDS]


def bring_back(session: Session, row: Claimed, state: str) -> None:
    """Open the conversation of a reply that `failed` or is `unknown`, due now, and alert."""
    session.execute(_BRING_BACK, {"id": row.conversation_id, "now": clock.now()})
    words = delivery_undecided(row.inbox_name, row.conversation_id, state)
    key = f"delivery.{state}:{row.inbox_id}"
    alerts.raise_(
        session, Alert(f"delivery.{state}", "urgent", words, key, conversation_id=row.conversation_id)
    )


def fallen(session: Session, message_id: int) -> str:
    """Return why a reply may not leave any more: facts retracted or over since it was written; or ''."""
    found = fact_versions.fallen(session, message_id, clock.now())
    if not found:
        return ""
    reasons = " and ".join(_fell(each) for each in found)
    return f"{reasons[0].upper()}{reasons[1:]}; write a new reply."


def hold(session: Session, row: Claimed, words: str) -> None:
    """End a reply as `failed` before any channel hears of it, and bring its conversation back."""
    session.execute(_HOLD, {"id": row.delivery_id, "words": words, "now": clock.now()})
    bring_back(session, row, "failed")
    about = ("delivery", row.delivery_id)
    timeline.record(session, None, "failed", about, conversation=row.conversation_id, words=words)
    live.tell(session, "conversation", [row.conversation_id])


def _fell(fact: FallenFact) -> str:
    if fact.retracted_at is not None:
        return f"the fact '{fact.key}' was retracted at {at(fact.retracted_at)}"
    return f"the fact '{fact.key}' expired" + (f" at {at(fact.valid_until)}" if fact.valid_until else "")


def stamp(session: Session, conversation_id: int, message_id: int, *, is_open: bool) -> None:
    """Note that a reply has left; `is_open`: its conversation was brought back and may rest again."""
    now = clock.now()
    session.execute(_STAMP, {"id": message_id, "now": now})
    if is_open:
        session.execute(_SETTLE_AGAIN, {"id": conversation_id, "message": message_id, "now": now})


def decide(session: Session, who: Who, delivery_id: int, decision: Decision) -> None:
    """Settle a delivery that nobody knows about, or send a failed one once more.

    A reply whose facts have fallen since is not sent again: it ends as `failed`, and says why.
    Raises NotAllowed without the right, NotFound when `who` may not see it, and Conflict when there
    is nothing (more) to decide.
    """
    if not who.may("delivery.decide"):
        raise NotAllowed("Your role can't decide about deliveries; ask an agent or your team lead.")
    row = session.execute(_LOOK, {"id": delivery_id}).one_or_none()
    hidden = row is not None and row.team_id not in (None, who.team_id) and not who.sees_all_teams
    if row is None or hidden or row.urgency < who.lowest_urgency_seen:
        raise NotFound("There is no such delivery.")
    state, words = {
        "resend": ("queued", ""),
        "mark_sent": ("sent", f"Marked as sent by {who.name}."),
        "give_up": ("failed", f"Given up by {who.name}."),
    }[decision]
    now = clock.now()
    given = {"id": delivery_id, "state": state, "words": words, "now": now}
    allowed = ["unknown", "failed"] if decision == "resend" else ["unknown"]
    if session.execute(_DECIDE, {**given, "from": allowed}).first() is None:
        raise Conflict(f"This reply is {row.state} now; there is nothing to decide. Load the page again.")
    if decision == "mark_sent":
        stamp(session, row.conversation_id, row.message_id, is_open=True)
    about = ("delivery", delivery_id)
    timeline.record(session, who, "decided", about, decision=decision, conversation=row.conversation_id)
    live.tell(session, "conversation", [row.conversation_id])
    if decision == "resend":
        _resend(session, delivery_id)


def _resend(session: Session, delivery_id: int) -> None:
    row = outbound.sending(session, delivery_id)
    words = fallen(session, row.message_id) or silence.over(session, row.message_id)
    if words:
        hold(session, row, words)
        return
    settled = {"id": row.conversation_id, "message": row.message_id, "now": clock.now()}
    session.execute(_SETTLE_AGAIN, settled)
    queues.after_commit(session, "delivery")
