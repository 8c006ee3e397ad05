"""Keeps what people judge of a conversation, its level and its intents, for triage to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import urgency
from webcare.domain.rights import Who
from webcare.domain.urgency import Urgency
from webcare.errors import NotAllowed, Refused
from webcare.models import Conversation, Judgement, Message
from webcare.queries import rules, topics
from webcare.services import conversations, lanes, standings, timeline, wording

_MOST_INTENTS = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A person's word on a conversation: its level (0 to 4), why, and its intents; None leaves those."""

    level: int
    why: str
    intents: tuple[str, ...] | None = None


def judge(session: Session, who: Who, conversation_id: int, word: Word) -> None:
    """Let a person decide how urgent a conversation is and what it asks; triage doesn't change that again.

    Only what arrives later may raise it. Raises NotAllowed, NotFound, and Refused for a level that
    doesn't exist, too many intents, or without a reason.
    """
    if not who.may("conversation.claim"):
        raise NotAllowed("Your role can read conversations but not change their urgency.")
    if word.level not in set(Urgency):
        raise Refused("Choose one of U0, U1, U2, U3 and U4.")
    why = wording.checked(word.why, "reason", 500)
    row = conversations.locked(session, who, conversation_id)
    if word.intents is not None:
        _refuse_odd(session, word.intents, row.intents)
    if word.level > row.urgency and not who.may("reply.free_text"):
        raise NotAllowed("You can raise the urgency; lowering it is for an agent or a team lead.")
    before, asked = row.urgency, list(row.intents)
    intents = asked if word.intents is None else _chosen(word.intents, asked)
    now = clock.now()
    _write(session, row, word.level, f"{who.name}: {why}", now)
    row.intents = intents
    newest = _newest(session, row)
    if row.rehearsal_id is None and newest is not None:
        made = Judgement(conversation_id=row.id, agent_id=who.agent_id, at=now, model=newest.model or "")
        made.heard_from = row.waiting_since or newest.at
        made.level, made.intents = word.level, intents
        made.level_before, made.intents_before = before, asked
        session.add(made)
    session.flush()
    conversations.free_unseen(session, [row.id])
    _tell(session, who, row, (before, asked), why)
    if newest is not None and intents != asked and row.lane_by is None:
        lanes.route(session, {newest.id: (row.id, tuple(intents))})


def _chosen(intents: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Return what was chosen: what stood there in its order, then what is new."""
    kept = [one for one in asked if one in intents]
    return list(dict.fromkeys([*kept, *intents]))


def _refuse_odd(session: Session, intents: Sequence[str], held: Sequence[str]) -> None:
    if not 1 <= len(set(intents)) <= _MOST_INTENTS:
        raise Refused(f"Choose what they ask: at least one thing, at most {_MOST_INTENTS}.")
    odd = sorted(set(intents) - {*held, *topics.titled(session).known})
    if odd:
        raise Refused(f"No playbook knows {', '.join(map(repr, odd))}; choose from the list on the page.")


def _write(session: Session, row: Conversation, level: int, words: str, now: datetime) -> None:
    before = row.urgency
    row.urgency, row.is_unsure, row.level_since = level, False, now
    others = [each for each in row.reasons if each.get("code") != standings.HUMAN]
    row.reasons = [{"code": standings.HUMAN, "words": words, "span": None}, *others]
    if row.waiting_since is not None:
        row.due_at = _moved_due(session, row, before, now)


def _moved_due(session: Session, row: Conversation, before: int, now: datetime) -> datetime:
    """Return the promise at a level that a person set: raising a level never moves it further away."""
    minutes = rules.in_force(session, row).due_minutes
    level = Urgency(row.urgency)
    if level > before:
        return urgency.due_at(level, row.waiting_since or now, minutes)
    due = urgency.due_at(level, now, minutes)
    return min(due, row.due_at) if row.due_at else due


def _newest(session: Session, row: Conversation) -> Message | None:
    asked = select(Message).where(Message.conversation_id == row.id, Message.direction == "inbound")
    return session.scalars(asked.order_by(Message.at.desc(), Message.id.desc()).limit(1)).first()


def _tell(session: Session, who: Who, row: Conversation, old: tuple[int, Sequence[str]], why: str) -> None:
    before, asked = old
    of = ("conversation", row.id)
    if row.urgency != before or row.intents == list(asked):
        timeline.record(session, who, "urgency_set", of, before=before, after=row.urgency, why=why)
    if row.intents != list(asked):
        timeline.record(session, who, "intents_set", of, before=list(asked), after=row.intents, why=why)
    live.tell(session, "conversation", [row.id])
