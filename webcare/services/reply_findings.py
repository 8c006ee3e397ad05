"""Runs the checks on a reply with everything that is known around it: facts, contact, channel, thread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain import checks, facts, house_words, locked, replies
from webcare.domain.checks import CheckedDraft, Finding, GivenFact
from webcare.domain.playbook.placeholders import PLACEHOLDERS
from webcare.domain.playbook.wording import Branch, Piece, Slot, parse
from webcare.domain.rights import Who
from webcare.models import Conversation
from webcare.queries import rules, scope
from webcare.services import fact_links
from webcare.services.grounds import Grounds, gather

# What a template's author wrote was read by a lead; what it is filled in with was not.
_AUTHORED = frozenset(
    {"unbacked_promise", "legal_conclusion", "speculation_on_cause", "no_time", "blame", "dismissive", "tone"}
    | {"empty_apology"}
)
_SHORTEST_PIECE = 3
_CLOSED = -1
# A journey or three options take some lines; a name, a date or a place takes a few words.
_LONG = frozenset({"itinerary", "options", "claim_neutral"})
_LONG_GAP, _SHORT_GAP = 600, 80


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in a text that is being written, and the facts that its words are linked to."""

    findings: tuple[Finding, ...] = ()
    linked: tuple[fact_links.LinkedFact, ...] = ()


def look(
    session: Session, who: Who, conversation_id: int, written: tuple[str, str | None, Mapping[str, int]]
) -> tuple[Finding, ...]:
    """Return what the checks find in a (text, template key, fact versions); raises as `read` does."""
    return read(session, who, conversation_id, written).findings


def read(
    session: Session,
    who: Who,
    conversation_id: int,
    written: tuple[str, str | None, Mapping[str, int]],
    denied: Mapping[str, int] = MappingProxyType({}),
) -> Looked:
    """Return what a (text, template key, fact versions) that is still being written says.

    `denied` maps keys of facts that it isn't linked to, by its author's word, to their versions.
    Raises NotFound for a conversation that isn't theirs; a template that is gone is checked as free text.
    """
    text, key, versions = written
    row = session.scalars(select(Conversation).where(*scope.one(who, conversation_id))).one_or_none()
    if row is None:
        raise scope.missing(conversation_id)
    is_known = key is not None and rules.in_force(session, row).reply(key) is not None
    on = gather(session, row, (key if is_known else None, versions))
    return Looked(of(on, text), fact_links.of(on, text, denied))


def of(on: Grounds, text: str) -> tuple[Finding, ...]:
    """Return what the checks find in `text`; the words of its template are not held against the agent."""
    by = on.around
    draft = CheckedDraft(
        text=text,
        language=by.language if by.language != "und" else None,
        is_public=by.is_public,
        channel=by.channel,
        limit=by.limit,
        wants_signature=by.wants_signature,
        contact_name=by.contact_name or None,
        facts=tuple(_given(on)),
        locked=tuple(_locked(on)),
        earlier=by.earlier,
        tone=on.playbook.tone,
    )
    found = house_words.applied(draft, checks.check(draft), on.playbooks)
    authored = _authored(on, text)
    return tuple(each for each in found if each.name not in _AUTHORED or not _is_within(each, authored))


def _given(on: Grounds) -> Iterator[GivenFact]:
    """Yield every fact on the desk, with the sentence that it renders when nobody knows."""
    specs = {each.key: each for playbook in on.playbooks for each in playbook.facts}
    for key, held in on.held.items():
        value = held.value
        words = tuple(each for each in value.values.values() if each)
        spec = specs.get(key)
        if value.status == "unknown" and spec is not None and spec.if_unknown is not None:
            words = (*words, *spec.if_unknown.root.values())
        state = facts.state(value, on.now)
        # A fact that nobody verified supports nothing, and is no lie either: it is left out.
        if state != "unverified":
            yield GivenFact(key, words, value.status, is_expired=state == "expired")


def _locked(on: Grounds) -> Iterator[str]:
    """Yield the locked snippets of every playbook in force, with the facts filled in."""
    for playbook in on.playbooks:
        ground = replies.Ground.of(playbook, on.values, on.now)
        for snippet in playbook.snippets:
            if snippet.locked:
                yield from locked.spoken(snippet, ground)


def _authored(on: Grounds, text: str) -> list[bool]:
    """Return for each character whether the template, a fact it states or one of its placeholders says it."""
    marks = [False] * len(text)
    if on.template is None:
        return marks
    for words in on.template.texts.root.values():
        _mark_template(marks, text, _flat(parse(words)))
    for key in on.stated:
        for words in on.held[key].value.values.values() if key in on.held else ():
            _mark_words(marks, text, words)
    return marks


def _mark_template(marks: list[bool], text: str, pieces: list[str | Slot]) -> None:
    """Mark the template's own words where they stand in their order, and what fills the gaps between them.

    What an agent types where the template asks for a date or a journey is the template's; what they
    write where it asks for an answer in their own words is theirs, and so is whatever they put before,
    behind or between where the template asks for nothing.
    """
    at, room = 0, 0
    for piece in pieces:
        if isinstance(piece, Slot):
            room = _CLOSED if room == _CLOSED else _room(piece, room)
            continue
        words = piece.strip()
        # A bracket is found only where the gap before it ends; anywhere else it could be anybody's.
        until = len(text) if len(words) >= _SHORTEST_PIECE else at + max(room, 0) + len(words)
        found = text.find(words, at, until) if words else -1
        if found < 0:
            room = _CLOSED
            continue
        start = at if 0 <= found - at <= room else found
        end = found + len(words)
        marks[start:end] = [True] * (end - start)
        at, room = end, 0


def _room(slot: Slot, room: int) -> int:
    """Return how many characters may fill the gap with this slot in it; _CLOSED when they are the agent's."""
    known = PLACEHOLDERS.get(slot.name)
    if known is None or known.is_free:
        return _CLOSED
    return room + (_LONG_GAP if slot.name in _LONG else _SHORT_GAP)


def _mark_words(marks: list[bool], text: str, words: str) -> None:
    at = text.find(words) if words else -1
    while at >= 0:
        marks[at : at + len(words)] = [True] * len(words)
        at = text.find(words, at + len(words))


def _flat(pieces: tuple[Piece, ...]) -> list[str | Slot]:
    flat: list[str | Slot] = []
    for piece in pieces:
        flat += _flat(piece.pieces) if isinstance(piece, Branch) else [piece]
    return flat


def _is_within(finding: Finding, authored: list[bool]) -> bool:
    return finding.start < finding.end and all(authored[finding.start : finding.end])
