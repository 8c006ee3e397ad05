"""Asks for a yes to a reply that may not leave alone, and ends the question when the ground moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session

from webcare import clock, live, settings
from webcare.domain import approvals
from webcare.domain.approvals import Need
from webcare.domain.rights import Who
from webcare.errors import Conflict
from webcare.models import Approval, Conversation, Draft
from webcare.services import assignment, timeline

# A claim whose reply waits for a yes is no idle claim; it is renewed when less than this is left.
_SOON = timedelta(minutes=5)

# Everything that would refuse the reply anyway, found before an approver reads it in vain.
_FALLEN = text("""
    SELECT a.id, CASE
        WHEN c.version <> a.seen_version THEN 'Something new arrived in the conversation.'
        WHEN c.state = 'resolved' AND c.state_at > a.created_at THEN 'The conversation was resolved.'
        WHEN w.disabled_at IS NOT NULL THEN 'Its author no longer works on the desk.'
        WHEN t.ended_at IS NOT NULL THEN 'The playbook that it was written under was stood down.'
        ELSE f.why END AS why
    FROM approvals a
    JOIN conversations c ON c.id = a.conversation_id
    JOIN agents w ON w.id = a.author_id
    LEFT JOIN activations t ON t.id = a.activation_id
    LEFT JOIN LATERAL (
        SELECT 'The fact ''' || s.key || '''' || CASE
            WHEN v.id IS NULL THEN ' is not on the desk any more.'
            WHEN v.retracted_at IS NOT NULL THEN ' was retracted.'
            WHEN v.version <> s.value::int THEN ' has a newer version.'
            ELSE ' expired.' END AS why
        FROM jsonb_each_text(a.facts) s
        LEFT JOIN LATERAL (
            SELECT n.id, n.version, n.status, n.retracted_at, n.valid_until
            FROM facts k JOIN fact_versions n ON n.fact_id = k.id JOIN activations h ON h.id = k.activation_id
            WHERE k.key = s.key AND h.ended_at IS NULL
              AND (h.id = c.rehearsal_id OR (c.rehearsal_id IS NULL AND h.mode = 'real'))
            ORDER BY n.id DESC LIMIT 1) v ON true
        WHERE v.id IS NULL OR v.retracted_at IS NOT NULL OR v.version <> s.value::int
           OR (v.status <> 'unknown' AND v.valid_until <= :now)
        ORDER BY s.key LIMIT 1) f ON true
    WHERE a.state = 'waiting'
      AND (c.version <> a.seen_version OR (c.state = 'resolved' AND c.state_at > a.created_at)
           OR w.disabled_at IS NOT NULL OR t.ended_at IS NOT NULL
           OR f.why IS NOT NULL)
    ORDER BY a.id LIMIT :limit FOR UPDATE OF a SKIP LOCKED
""")
_KEEP = text("""
    UPDATE conversations SET claim_expires_at = :until WHERE id IN (
        SELECT c.id FROM conversations c JOIN approvals a ON a.conversation_id = c.id
        WHERE a.state = 'waiting' AND a.author_id = c.assignee_id AND c.claim_expires_at < :soon
        ORDER BY c.id LIMIT :limit FOR NO KEY UPDATE OF c SKIP LOCKED)
""")
_BACK = text("""
    INSERT INTO drafts (conversation_id, agent_id, text, reply_template, reply_template_version, facts,
                        not_stated, updated_at)
    SELECT conversation_id, author_id, text, reply_template, reply_template_version, facts, not_stated, :now
    FROM approvals WHERE id = ANY(:ids)
    ON CONFLICT (conversation_id, agent_id) DO UPDATE
    SET text = excluded.text, reply_template = excluded.reply_template, facts = excluded.facts,
        not_stated = excluded.not_stated, reply_template_version = excluded.reply_template_version,
        updated_at = excluded.updated_at
    WHERE drafts.text = ''
""")


@dataclass(frozen=True, slots=True)
class Asked:
    """A reply that passed every check but may not leave alone; both sets of facts map keys to versions."""

    text: str
    client_token: str
    reply_template: tuple[str, int] | None
    facts: Mapping[str, int] = field(default_factory=dict)
    activation_id: int | None = None
    not_stated: Mapping[str, int] = field(default_factory=dict)


def ask(session: Session, who: Who, row: Conversation, what: tuple[Asked, Need]) -> int:
    """Keep a reply until somebody else says yes, and return the approval's id; nothing is sent.

    An earlier question of the same author here ends: it was for another text. The author owns the
    conversation while it waits. Raises Conflict when a colleague was first.
    """
    asked, need = what
    assignment.claim(session, who, row.id)
    waits = (Approval.conversation_id == row.id, Approval.author_id == who.agent_id)
    _end(session, waits, (who, "The author wrote another text."))
    key, version = asked.reply_template or (None, None)
    made = Approval(
        conversation_id=row.id,
        author_id=who.agent_id,
        approver=need.approver,
        why_needed=need.why,
        text=asked.text,
        sha256=approvals.sha256(asked.text),
        reply_template=key,
        reply_template_version=version,
        facts=dict(asked.facts),
        not_stated=dict(asked.not_stated),
        seen_version=row.version,
        client_token=asked.client_token,
        activation_id=asked.activation_id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    # The text stands in the approval now; it comes back as a draft when the answer is no.
    session.execute(delete(Draft).where(Draft.conversation_id == row.id, Draft.agent_id == who.agent_id))
    data = {"approval_id": made.id, "approver": need.approver, "reply_template": key}
    timeline.record(session, who, "approval_asked", ("conversation", row.id), **data)
    tell(session, [(made.id, row.id)])
    return made.id


def repeated(session: Session, row: Conversation, token: str, what: tuple[str, str | None]) -> int | None:
    """Return the approval that this form led to before, None for a new form.

    Raises Conflict when the form has another text now, or the question has been answered with a no.
    """
    asked = select(Approval.id, Approval.text, Approval.reply_template, Approval.state)
    asked = asked.where(Approval.conversation_id == row.id, Approval.client_token == token)
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    if (found.text, found.reply_template) != what:
        raise Conflict("This form was sent before with another text. Nothing was sent now; reload the page.")
    if found.state not in ("waiting", "approved"):
        raise Conflict("This form was sent before and its text came back. Nothing was sent; reload the page.")
    return int(found.id)


def overtake(session: Session, conversation_id: int) -> None:
    """End the questions that still wait in a conversation which has just been answered."""
    _end(session, [Approval.conversation_id == conversation_id], (None, "The conversation was answered."))


def end_of_author(session: Session, author_id: int, why: str) -> None:
    """End the questions of an author who can't stand behind them any more; the caller says why."""
    _end(session, [Approval.author_id == author_id], (None, why))


def watch(session: Session, limit: int = 500) -> int:
    """End questions whose ground moved (something arrived, a fact fell), and keep the claims of the others.

    Returns how many ended; for the clock.
    """
    now = clock.now()
    found = session.execute(_FALLEN, {"now": now, "limit": limit}).all()
    for why in sorted({row.why for row in found}):
        _end(session, [Approval.id.in_([row.id for row in found if row.why == why])], (None, why))
    until = now + timedelta(minutes=settings.get().webcare_claim_minutes)
    session.execute(_KEEP, {"until": until, "soon": now + _SOON, "limit": limit})
    return len(found)


def give_text_back(session: Session, approval_ids: Sequence[int]) -> None:
    """Put texts that will not leave back among their authors' drafts; what they write already stays."""
    session.execute(_BACK, {"ids": list(approval_ids), "now": clock.now()})


def tell(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """Tell every desk about approvals, given as (approval, conversation)."""
    live.tell(session, "approval", [approval_id for approval_id, _ in pairs])
    live.tell(session, "conversation", [conversation_id for _, conversation_id in pairs])


def _end(session: Session, which: Sequence[ColumnElement[bool]], by: tuple[Who | None, str]) -> None:
    """Expire the waiting approvals that `which` chooses, each with its event, and give the texts back."""
    who, why = by
    ending = (
        update(Approval)
        .where(Approval.state == "waiting", *which)
        .values(state="expired", why=why, decided_at=clock.now())
        .returning(*Approval.__table__.c)
    )
    rows = session.execute(ending).mappings().all()
    if not rows:
        return
    if who is None:
        give_text_back(session, [row["id"] for row in rows])
    happened = [
        (who, ("conversation", row["conversation_id"]), {"approval_id": row["id"], "why": why})
        for row in rows
    ]
    timeline.record_many(session, "approval_expired", happened)
    tell(session, [(row["id"], row["conversation_id"]) for row in rows])
