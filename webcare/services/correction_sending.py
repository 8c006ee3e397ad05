"""Hands notices of approved correction runs to the outbox, a few at a time so that replies get through."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.corrections import Wording
from webcare.domain.rights import Who
from webcare.models import Correction
from webcare.services import correction_checks, correction_drafting, correction_wording, timeline
from webcare.services.correction_wording import Present

# The outbox serves who came first: a reply to somebody in danger must not stand behind 50,000 corrections.
MOST_WAITING = 400

_BACKLOG = text("""
    SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state IN ('queued', 'retry_wait')
                          AND not_before <= clock_timestamp() LIMIT :most) waiting
""")
_CHOOSE = text("""
    SELECT n.id, n.conversation_id FROM correction_notices n
    WHERE n.correction_id = :correction AND n.state = 'drafted' ORDER BY n.id LIMIT :limit
""")
# In the order in which everybody else locks them.
_LOCK = text("SELECT id FROM conversations WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_QUEUE = text("""
    WITH chosen AS (
        SELECT n.id, n.conversation_id, n.text, n.language, c.inbox_id, c.subject, c.is_public
        FROM correction_notices n JOIN conversations c ON c.id = n.conversation_id
        WHERE n.id = ANY(:ids) AND n.state = 'drafted'
    ), made AS (
        INSERT INTO messages (conversation_id, inbox_id, direction, text, subject, language, at, agent_id,
                              is_public, key, client_token, activation_id, reply_template,
                              reply_template_version, approved_by)
        SELECT conversation_id, inbox_id, 'outbound', text, subject, language, :now, :approver, is_public,
               gen_random_uuid()::text, 'correction:' || :correction, :activation,
               CASE WHEN is_public THEN CAST(:public_key AS text) ELSE CAST(:private_key AS text) END,
               CASE WHEN is_public THEN CAST(:public_version AS int) ELSE CAST(:private_version AS int) END,
               :approver
        FROM chosen ORDER BY id RETURNING id, conversation_id, inbox_id
    ), stated AS (
        INSERT INTO message_facts (message_id, fact_version_id)
        SELECT made.id, rests.id FROM made, unnest(CAST(:versions AS bigint[])) rests(id)
    ), waiting AS (
        INSERT INTO deliveries (message_id, inbox_id, not_before, created_at, changed_at)
        SELECT id, inbox_id, :now, :now, :now FROM made
    ), seen AS (
        UPDATE conversations c SET version = version + 1, last_message_at = :now FROM made
        WHERE c.id = made.conversation_id
    )
    UPDATE correction_notices n SET state = 'queued', outbound_id = made.id, changed_at = :now
    FROM made WHERE n.correction_id = :correction AND n.conversation_id = made.conversation_id
    RETURNING n.conversation_id, made.id AS message_id
""")


def batch(session: Session, most_waiting: int = MOST_WAITING) -> int:
    """Queue notices of the oldest approved run while the outbox is short; return how many.

    When what is right has changed since the approval, or a draft that came in since may not leave, nothing
    is queued: the run needs new drafts and a new approval, and says so.
    """
    waiting = int(session.execute(_BACKLOG, {"most": most_waiting}).scalar_one())
    row = _next(session)
    if row is None or waiting >= most_waiting:
        return 0
    # Who was told while the run was under way may read another language than those that were approved.
    if correction_wording.is_stale(session, row) or correction_checks.blocking(session, row.id):
        _halt(session, row)
        return 0
    return _hand_over(session, row, most_waiting - waiting)


def _next(session: Session) -> Correction | None:
    has_drafts = text(
        "EXISTS (SELECT 1 FROM correction_notices n WHERE n.correction_id = corrections.id"
        " AND n.state = 'drafted')"
    )
    asked = select(Correction).where(
        Correction.state == "sending", Correction.approved_by.is_not(None), has_drafts
    )
    return session.scalars(
        asked.order_by(Correction.id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()


def _hand_over(session: Session, row: Correction, limit: int) -> int:
    chosen = session.execute(_CHOOSE, {"correction": row.id, "limit": limit}).all()
    session.execute(_LOCK, {"ids": [each.conversation_id for each in chosen]})
    correction_drafting.skip_told(session, row.id, [each.conversation_id for each in chosen])
    known, wording = correction_wording.of_run(session, row)
    values = {"ids": [each.id for each in chosen], **_values(row, known, wording)}
    made = session.execute(_QUEUE, values).all()
    about: list[tuple[Who | None, tuple[str, int | None], dict[str, Any]]] = [
        (None, ("conversation", each.conversation_id), {"message_id": each.message_id, "run": row.id})
        for each in made
    ]
    timeline.record_many(session, "corrected", about)
    live.tell(session, "conversation", [each.conversation_id for each in made])
    live.tell(session, "correction", [row.id])
    queues.after_commit(session, "delivery")
    return len(chosen)


def _values(row: Correction, known: Present, wording: Wording) -> dict[str, Any]:
    """Return what all notices of a run share: approver, facts, and what they were written from."""
    templates: dict[str, Any] = {}
    for name, is_public in (("public", True), ("private", False)):
        template = wording.template(is_public=is_public)
        is_own = not wording.is_built_in(is_public=is_public)
        templates[f"{name}_key"] = template.key if is_own else None
        templates[f"{name}_version"] = template.version if is_own else None
    return {
        "correction": row.id,
        "activation": row.activation_id,
        "approver": row.approved_by,
        "versions": known.rests_on(row, wording),
        "now": clock.now(),
        **templates,
    }


def _halt(session: Session, row: Correction) -> None:
    row.state, row.approved_by, row.approved_at = "ready", None, None
    session.flush()
    about = ("correction", row.id)
    timeline.record(session, None, "approval_withdrawn", about, activation_id=row.activation_id)
    live.tell(session, "correction", [row.id])
