"""Says how a conversation stands after new messages were heard: urgency, since when, until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from webcare.domain.triage.assessment import Assessment, Reason
from webcare.domain.urgency import Urgency, due_at

# What a list row shows of the newest message; two lines on a wide screen.
PREVIEW_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a contact with its assessment; `at` is when it reached us."""

    at: datetime
    text: str
    subject: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Standing:
    """The part of a conversation that new messages change; all moments are aware."""

    urgency: Urgency
    reasons: tuple[Reason, ...]
    intents: tuple[str, ...]
    language: str
    is_unsure: bool
    deadline: datetime | None
    waiting_since: datetime
    level_since: datetime
    due: datetime
    last_message_at: datetime
    preview: str = ""
    subject: str = ""
    due_minutes: Mapping[Urgency, int] = field(default_factory=dict, repr=False, compare=False)


def hear(old: Standing | None, heard: Sequence[Heard], due_minutes: Mapping[Urgency, int]) -> Standing:
    """Return the standing after `heard` (at least one); `old` is None when nobody waited for us.

    The most urgent message decides and the earliest arrival counts, so a second "hello?" neither
    lowers a level nor moves a contact back in the queue.
    """
    ordered = sorted(heard, key=lambda one: one.at)
    standing = old or _first(ordered[0], due_minutes)
    for one in ordered if old else ordered[1:]:
        standing = _next(standing, one, due_minutes)
    return standing


def _first(one: Heard, due_minutes: Mapping[Urgency, int]) -> Standing:
    said = one.assessment
    return Standing(
        urgency=said.level,
        reasons=said.reasons,
        intents=said.intents,
        language=said.language,
        is_unsure=said.is_unsure,
        deadline=said.deadline,
        waiting_since=one.at,
        level_since=one.at,
        due=due_at(said.level, one.at, due_minutes),
        last_message_at=one.at,
        preview=_preview(one.text),
        subject=one.subject,
    )


def _next(old: Standing, one: Heard, due_minutes: Mapping[Urgency, int]) -> Standing:
    said = one.assessment
    is_raised = said.level < old.urgency
    level = min(old.urgency, said.level)
    return Standing(
        urgency=level,
        reasons=_joined(said.reasons, old.reasons) if is_raised else _joined(old.reasons, said.reasons),
        intents=tuple(dict.fromkeys((*old.intents, *said.intents))),
        language=old.language if said.language == "und" else said.language,
        is_unsure=said.is_unsure if is_raised else old.is_unsure,
        deadline=min((when for when in (old.deadline, said.deadline) if when), default=None),
        waiting_since=min(old.waiting_since, one.at),
        level_since=one.at if is_raised else min(old.level_since, one.at),
        due=min(old.due, due_at(level, one.at, due_minutes)),
        last_message_at=max(old.last_message_at, one.at),
        preview=_preview(one.text) if one.at >= old.last_message_at else old.preview,
        subject=old.subject or one.subject,
    )


def _joined(leading: tuple[Reason, ...], following: tuple[Reason, ...]) -> tuple[Reason, ...]:
    known = {(one.code, one.words) for one in leading}
    return (*leading, *(one for one in following if (one.code, one.words) not in known))


def _preview(text: str) -> str:
    return " ".join(text[: PREVIEW_CHARACTERS * 2].split())[:PREVIEW_CHARACTERS]
