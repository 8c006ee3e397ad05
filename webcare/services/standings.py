"""Carries a conversation's standing between the row in the database and the domain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain.standing import Standing
from webcare.domain.triage.assessment import Assessment, Reason
from webcare.domain.urgency import Urgency
from webcare.models import Conversation, Message

# Codes of reasons that a person and the clock gave; triage never takes those away.
HUMAN = "human"
WAITED = "waited"

_APPLY = text("""
    UPDATE conversations SET state = 'open',
        state_at = CASE WHEN state = 'open' THEN state_at ELSE now() END,
        version = version + :heard, urgency = :urgency, reasons = CAST(:reasons AS jsonb),
        intents = :intents, language = :language, is_unsure = :is_unsure, deadline_at = :deadline_at,
        waiting_since = :waiting_since, level_since = :level_since, due_at = :due_at,
        last_message_at = :last_message_at, preview = :preview, subject = :subject, epoch = :epoch
    WHERE id = :conversation
""")


def reasons_json(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return reasons as they are stored: code, words, and the span in the text or null."""
    return [
        {"code": one.code, "words": one.words, "span": list(one.span) if one.span else None}
        for one in reasons
    ]


def reasons_of(stored: Iterable[dict[str, Any]]) -> tuple[Reason, ...]:
    """Return stored reasons as values."""
    return tuple(
        Reason(one["code"], one["words"], (one["span"][0], one["span"][1]) if one.get("span") else None)
        for one in stored
    )


def of(row: Conversation | None) -> Standing | None:
    """Return how `row` stands, or None when nobody waits for us there."""
    if row is None or row.state != "open" or row.waiting_since is None or row.due_at is None:
        return None
    return at_rest(row)


def at_rest(row: Conversation) -> Standing:
    """Return how `row` stands, taking its last moments where nobody waits."""
    return Standing(
        urgency=Urgency(row.urgency),
        reasons=reasons_of(row.reasons),
        intents=tuple(row.intents),
        language=row.language,
        is_unsure=row.is_unsure,
        deadline=row.deadline_at,
        waiting_since=row.waiting_since or row.last_message_at,
        level_since=row.level_since,
        due=row.due_at or row.last_message_at,
        last_message_at=row.last_message_at,
        preview=row.preview,
        subject=row.subject,
    )


def assessment_of(row: Message) -> Assessment:
    """Return the assessment that is stored with a message."""
    return Assessment(
        Urgency(row.urgency if row.urgency is not None else Urgency.U2),
        tuple(row.intents),
        reasons_of(row.reasons),
        row.language,
        row.is_unsure,
        row.deadline_at,
    )


def columns(standing: Standing) -> dict[str, Any]:
    """Return `standing` as columns of a conversation."""
    return {
        "urgency": int(standing.urgency),
        "reasons": reasons_json(standing.reasons),
        "intents": list(standing.intents),
        "language": standing.language,
        "is_unsure": standing.is_unsure,
        "deadline_at": standing.deadline,
        "waiting_since": standing.waiting_since,
        "level_since": standing.level_since,
        "due_at": standing.due,
        "last_message_at": standing.last_message_at,
        "preview": standing.preview,
        "subject": standing.subject,
    }


def apply(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    """Write changed standings: `columns()` plus `conversation`, `epoch` and `heard` (new messages)."""
    if changes:
        ordered = sorted(changes, key=lambda change: int(change["conversation"]))
        session.execute(_APPLY, [{**change, "reasons": _dumped(change["reasons"])} for change in ordered])


def _dumped(reasons: list[dict[str, Any]]) -> str:
    return json.dumps(reasons, ensure_ascii=False)
