"""Runs the checks on a reply with everything that is known around it: facts, contact, channel, thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain import checks, facts, locked, replies
from webcare.domain.checks import CheckedDraft, Finding, GivenFact
from webcare.domain.playbook.wording import Branch, Piece, parse
from webcare.models import Contact, Conversation, Inbox, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webcare.services.reply_checks import Grounds

# What a template's author wrote was read by a lead; what it is filled in with was not.
_AUTHORED = frozenset(
    {"unbacked_promise", "legal_conclusion", "speculation_on_cause", "no_time", "blame", "dismissive", "tone"}
    | {"empty_apology"}
)
_EARLIER = 20
_SHORTEST_PIECE = 3


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a reply: whose it is, how long it may be, and what we said in public before."""

    contact_name: str
    language: str
    channel: str
    is_public: bool
    limit: int | None
    wants_signature: bool
    earlier: tuple[str, ...]


def around(session: Session, row: Conversation) -> Around:
    """Return what stands around a reply in this conversation."""
    asked = (
        select(Contact.name, Inbox.channel, Inbox.options)
        .select_from(Conversation)
        .join(Contact, Contact.id == Conversation.contact_id)
        .join(Inbox, Inbox.id == Conversation.inbox_id)
        .where(Conversation.id == row.id)
    )
    found = session.execute(asked).one()
    limit = found.options.get("max_length")
    return Around(
        contact_name=found.name,
        language=row.language,
        channel=found.channel,
        is_public=row.is_public,
        limit=limit if isinstance(limit, int) and limit > 0 else None,
        wants_signature=row.is_public and bool(found.options.get("signature", True)),
        earlier=_earlier(session, row) if row.is_public else (),
    )


def of(on: Grounds, text: str) -> tuple[Finding, ...]:
    """Return what the checks find in `text`; the words of its template are not held against the agent."""
    by = on.around
    found = checks.check(
        CheckedDraft(
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
    )
    authored = _authored(on, text)
    return tuple(each for each in found if each.name not in _AUTHORED or not _is_within(each, authored))


def _earlier(session: Session, row: Conversation) -> tuple[str, ...]:
    asked = (
        select(Message.text)
        .where(Message.conversation_id == row.id, Message.direction == "outbound")
        .order_by(Message.id.desc())
        .limit(_EARLIER)
    )
    return tuple(session.scalars(asked))


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
    """Return for each character whether it belongs to the template's own words or to a fact it states."""
    marks = [False] * len(text)
    if on.template is None:
        return marks
    pieces = [
        each for words in on.template.texts.root.values() for each in _literals(parse(words)) if each.strip()
    ]
    stated = [
        words for key in on.stated if key in on.held for words in on.held[key].value.values.values() if words
    ]
    for piece in (*pieces, *stated):
        words = piece.strip()
        at = text.find(words) if len(words) >= _SHORTEST_PIECE else -1
        while at >= 0:
            marks[at : at + len(words)] = [True] * len(words)
            at = text.find(words, at + len(words))
    return marks


def _literals(pieces: tuple[Piece, ...]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        elif isinstance(piece, Branch):
            yield from _literals(piece.pieces)


def _is_within(finding: Finding, authored: list[bool]) -> bool:
    return finding.start < finding.end and all(authored[finding.start : finding.end])
