"""Judges open conversations again when what covers them has changed, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import live
from webcare.domain.standing import Heard, Standing, hear
from webcare.domain.triage.assessment import Text
from webcare.domain.urgency import due_at
from webcare.models import Conversation, Desk, Message
from webcare.queries import rules
from webcare.queries.rules import InForce
from webcare.queries.running import Place
from webcare.services import conversations, judging, lanes, standings, timeline


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
    before = {row.id: row.urgency for row in rows}
    changes = _judged(session, rows)
    _record(session, before, changes)
    live.tell(session, "conversation", before)
    return len(changes)


def one(session: Session, row: Conversation) -> None:
    """Re-triage one open conversation, locked by the caller, who also tells the timeline and the desks."""
    _judged(session, [row])
    session.refresh(row)


def _judged(session: Session, rows: Sequence[Conversation]) -> list[dict[str, Any]]:
    """Judge `rows` under what covers each of them, write that, and return what was written."""
    heard = _unanswered(session, [row.id for row in rows])
    changes: list[dict[str, Any]] = []
    for row in rows:
        standing, in_force = _covered(session, row, heard.get(row.id, []))
        columns = standings.columns(standing)
        if row.waiting_since is None:
            columns |= {"waiting_since": None, "due_at": row.due_at}
        changes.append({"conversation": row.id, "heard": 0, **columns, "epoch": in_force.epoch})
    standings.apply(session, changes)
    lanes.route(session, _newly_special(rows, heard, changes))
    session.expire_all()
    conversations.free_unseen(session, [row["conversation"] for row in changes])
    return changes


def _covered(session: Session, row: Conversation, messages: Sequence[Message]) -> tuple[Standing, InForce]:
    """Return how a conversation stands now, and what covers it; its language may be read anew by that."""
    # Open without anybody waiting: a person reopened it. Its level stands, only the epoch moves on.
    old = standings.of(row) or standings.at_rest(row)
    in_force = rules.in_force(session, row)
    new = _again(old, messages, in_force)
    if new.language != row.language:
        place = Place(row.inbox_id, new.language, tuple(row.labels), row.rehearsal_id)
        in_force = rules.in_force(session, place)
        new = _again(old, messages, in_force)
    return new, in_force


def _newly_special(
    rows: Sequence[Conversation], heard: dict[int, list[Message]], changes: Sequence[dict[str, Any]]
) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Return the messages of conversations whose lane nobody decided, with what is asked for now."""
    intents = {change["conversation"]: tuple(change["intents"]) for change in changes}
    undecided = [row.id for row in rows if row.lane_by is None]
    return {
        message.id: (number, intents[number]) for number in undecided for message in heard.get(number, [])
    }


def _record(session: Session, before: dict[int, int], changes: Sequence[dict[str, Any]]) -> None:
    moved = [change for change in changes if change["urgency"] != before[change["conversation"]]]
    timeline.record_many(
        session,
        "retriaged",
        [
            (
                None,
                ("conversation", change["conversation"]),
                {"from": before[change["conversation"]], "to": change["urgency"]},
            )
            for change in moved
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


def _again(old: Standing, messages: Sequence[Message], in_force: InForce) -> Standing:
    if not messages:
        return replace(old, due=due_at(old.urgency, old.level_since, in_force.due_minutes))
    new = hear(None, [_heard(message, in_force) for message in messages], in_force.due_minutes)
    if new.language == "und":
        # What was known of the language from earlier messages says which activations cover it.
        new = replace(new, language=old.language)
    codes = {one.code for one in old.reasons}
    if standings.HUMAN in codes:
        return _after_a_word(old, messages, in_force)
    if standings.WAITED in codes and old.urgency <= new.urgency:
        kept = tuple(one for one in old.reasons if one.code == standings.WAITED)
        new = replace(new, urgency=old.urgency, reasons=(*kept, *new.reasons), level_since=old.level_since)
    return replace(new, due=due_at(new.urgency, new.level_since, in_force.due_minutes))


def _after_a_word(old: Standing, messages: Sequence[Message], in_force: InForce) -> Standing:
    """Return the standing of a conversation that a person judged: only what came later may raise it."""
    later = [_heard(message, in_force) for message in messages if message.at > old.level_since]
    standing = hear(old, later, in_force.due_minutes) if later else old
    return replace(standing, due=due_at(standing.urgency, standing.level_since, in_force.due_minutes))


def _heard(message: Message, in_force: InForce) -> Heard:
    hint = None if message.language == "und" else message.language
    text = Text(message.text, message.at, hint, message.subject, message.is_automatic, message.is_public)
    if message.trouble:
        return Heard(message.at, message.trouble, message.subject, standings.assessment_of(message))
    return Heard(message.at, message.text, message.subject, judging.assessment(text, in_force.cues))
