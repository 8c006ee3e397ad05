"""Puts labels on a conversation and takes them off; what covers it then decides what was promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from webcare import live
from webcare.domain import labels
from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.models import Conversation
from webcare.queries import rules
from webcare.queries.rules import InForce
from webcare.services import conversations, retriage, timeline

# The code of the reason that says why a promise got worse.
CODE = "label"


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a conversation was promised at one moment, and by which activations (ids, newest first)."""

    urgency: int
    due_at: datetime | None
    activations: tuple[int, ...]


def add(session: Session, who: Who, conversation_id: int, words: str) -> tuple[str, ...]:
    """Put a label on a conversation, have it judged under what covers it now, and return its labels.

    A label that it has already changes nothing. Raises NotAllowed, NotFound, and Refused for what is no
    label or the twenty-first.
    """
    if not who.may("conversation.claim"):
        raise NotAllowed("Your role can read conversations but not label them.")
    label = labels.cleaned(words)
    row = conversations.locked(session, who, conversation_id)
    if label not in row.labels:
        _change(session, (who, "labelled", label), row, labels.added(row.labels, label))
    return tuple(row.labels)


def remove(session: Session, who: Who, conversation_id: int, words: str) -> tuple[str, ...]:
    """Take a label off a conversation, have it judged under what covers it now, and return its labels.

    A label that is gone already changes nothing. Raises NotAllowed (it may take a conversation out of a
    crisis, so it is for those who answer in their own words), NotFound, and Refused for what is no label.
    """
    if not who.may("reply.free_text"):
        raise NotAllowed("You can add labels; taking one off is for an agent or a team lead.")
    label = labels.cleaned(words)
    row = conversations.locked(session, who, conversation_id)
    if label in row.labels:
        _change(session, (who, "unlabelled", label), row, [each for each in row.labels if each != label])
    return tuple(row.labels)


def _change(session: Session, act: tuple[Who, str, str], row: Conversation, now: list[str]) -> None:
    """Write the labels, re-triage when something else covers the conversation now, and leave the event."""
    who, verb, label = act
    held = rules.in_force(session, row)
    before = _promise(row, held)
    row.labels = now
    session.flush()
    holds = rules.in_force(session, row)
    if holds.activation_ids != held.activation_ids and row.state == "open":
        retriage.one(session, row)
    after = _promise(row, holds)
    why = _worse(before, after, (held.zone, holds.zone))
    if why:
        by = f"label '{label}' {'put on' if verb == 'labelled' else 'taken off'} by {who.name}: {why}"
        row.reasons = [*row.reasons, {"code": CODE, "words": by, "span": None}]
        session.flush()
    data = {"key": label, "before": _plain(before), "after": _plain(after), "why": why}
    timeline.record(session, who, verb, ("conversation", row.id), **data)
    live.tell(session, "conversation", [row.id])


def _promise(row: Conversation, held: InForce) -> _Promise:
    return _Promise(row.urgency, row.due_at, held.activation_ids)


def _worse(before: _Promise, after: _Promise, zones: tuple[ZoneInfo, ZoneInfo]) -> str:
    """Return in what way a contact is promised less than before, in words; empty when they aren't."""
    said = []
    if after.urgency > before.urgency:
        said.append(f"urgency U{after.urgency} instead of U{before.urgency}")
    if before.due_at is not None and after.due_at is not None and after.due_at > before.due_at:
        moments = (_at(after.due_at, zones[1]), _at(before.due_at, zones[0]))
        said.append(f"answer promised by {moments[0]} instead of {moments[1]}")
    return ", ".join(said)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d %b %H:%M %Z")


def _plain(promise: _Promise) -> dict[str, object]:
    due = promise.due_at.isoformat() if promise.due_at else None
    return {"urgency": promise.urgency, "due_at": due, "activations": list(promise.activations)}
