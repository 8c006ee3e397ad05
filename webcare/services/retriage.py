"""Judges the open backlog again when what is in force has changed, most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import live
from webcare.domain.standing import Heard, Standing, hear
from webcare.domain.triage import assess
from webcare.domain.triage.assessment import Text
from webcare.domain.urgency import due_at
from webcare.models import Conversation, Desk, Message
from webcare.queries import activations, inboxes
from webcare.queries.activations import InForce
from webcare.services import standings, timeline


def batch(session: Session, limit: int = 200) -> int:
    """Re-triage up to `limit` open conversations that were judged under an older epoch; return how many.

    Their unanswered messages are assessed again. A level that a person or the waiting time gave is
    never lowered. Rows that others hold are skipped and come up in a later batch.
    """
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.state == "open", Conversation.epoch < select(Desk.epoch).scalar_subquery())
        .order_by(Conversation.epoch, Conversation.urgency, Conversation.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not rows:
        return 0
    known = inboxes.by_ids(session, sorted({row.inbox_id for row in rows}))
    heard = _unanswered(session, [row.id for row in rows])
    changes: list[dict[str, Any]] = []
    for row in rows:
        in_force = activations.in_force(session, known[row.inbox_id])
        columns = standings.columns(_again(row, heard.get(row.id, []), in_force))
        changes.append({"conversation": row.id, "heard": 0, **columns, "epoch": in_force.epoch})
    standings.apply(session, changes)
    _record(session, rows, changes)
    live.tell(session, "conversation", [row.id for row in rows])
    return len(rows)


def _record(session: Session, rows: Sequence[Conversation], changes: Sequence[dict[str, Any]]) -> None:
    pairs = zip(rows, changes, strict=True)
    timeline.record_many(
        session,
        "retriaged",
        [
            (None, ("conversation", row.id), {"from": row.urgency, "to": change["urgency"]})
            for row, change in pairs
            if change["urgency"] != row.urgency
        ],
    )


def _unanswered(session: Session, ids: Sequence[int]) -> dict[int, list[Message]]:
    rows = session.scalars(
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.conversation_id.in_(ids),
            Message.direction == "inbound",
            Message.at >= Conversation.waiting_since,
        )
        .order_by(Message.at, Message.id)
    )
    found: dict[int, list[Message]] = {}
    for row in rows:
        found.setdefault(row.conversation_id, []).append(row)
    return found


def _again(row: Conversation, messages: Sequence[Message], in_force: InForce) -> Standing:
    old = standings.of(row)
    if old is None:
        raise AssertionError(
            f"Conversation {row.id} is open but nobody waits in it; a constraint should forbid that."
        )
    if not messages:
        return replace(old, due=due_at(old.urgency, old.level_since, in_force.due_minutes))
    new = hear(None, [_heard(message, in_force) for message in messages], in_force.due_minutes)
    kept = tuple(one for one in old.reasons if one.code in standings.STANDING_CODES)
    if kept and old.urgency <= new.urgency:
        new = replace(new, urgency=old.urgency, reasons=(*kept, *new.reasons), level_since=old.level_since)
    return replace(new, due=due_at(new.urgency, new.level_since, in_force.due_minutes))


def _heard(message: Message, in_force: InForce) -> Heard:
    hint = None if message.language == "und" else message.language
    text = Text(message.text, message.at, hint, message.subject, message.is_automatic, message.is_public)
    if message.trouble:
        return Heard(message.at, message.trouble, message.subject, standings.assessment_of(message))
    return Heard(message.at, message.text, message.subject, assess(text, in_force.cues))
