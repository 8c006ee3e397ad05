"""Finds what a folder's texts do against its own rules: forbidden words, choices before consequences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from webcare.domain.playbook.flaws import Flaw
from webcare.domain.playbook.phrases import spans
from webcare.domain.playbook.wording import Branch, Piece, Slot, WordingError, parse

if TYPE_CHECKING:
    from webcare.domain.playbook.shape import Playbook

# The snippet that says what ends when somebody chooses their money back (R17).
CONSEQUENCE = "rights.refund.consequence"
STEP = "refund-choice"
_OFFERS = ("refund_policy", "rights.choice")
# What an offer looks like in an operator's own words.
_CHOICE = re.compile(
    r"\b(?:you|je|u) (?:can|may|could|kunt|kan|mag)\b[^.]{0,40}\b(?:money back|refund|geld terug)"
    r"|\b(?:choose|kies)\b[^.]{0,40}\b(?:money back|refund|geld terug)",
    re.IGNORECASE,
)


def of(playbook: Playbook) -> tuple[Flaw, ...]:
    """Return every text that breaks a rule of its own playbook, with its place and how to mend it."""
    return (*_refunds(playbook), *_own_words(playbook))


def untitled(playbook: Playbook) -> Iterator[Flaw]:
    """Yield the intents of the cues that have no title for people in English and Dutch."""
    intents = playbook.cues.get("intents", {})
    for slug, intent in intents.items() if isinstance(intents, dict) else ():
        title = intent.get("title") if isinstance(intent, dict) else None
        missing = [code for code in ("en", "nl") if not isinstance(title, dict) or not title.get(code)]
        if missing:
            what = f"the intent '{slug}' has no title in {' and '.join(missing)}"
            mend = "add a line 'title: {en: ..., nl: ...}' as agents read it in the list"
            yield Flaw(("cues", "intents", slug), what, mend)


def _refunds(playbook: Playbook) -> Iterator[Flaw]:
    """Yield replies that offer the money back before they say what ends with it (R17)."""
    has_snippet = any(each.key == CONSEQUENCE for each in playbook.snippets)
    for index, reply in enumerate(playbook.replies):
        for code, words in reply.texts.root.items():
            pieces = _pieces(words)
            if reply.step != STEP and not (has_snippet and _is_offer(pieces)):
                continue
            place: tuple[int | str, ...] = ("replies", index, "texts", code)
            if reply.step != STEP:
                what = f"'{reply.key}' offers the money back"
                yield Flaw(("replies", index, "texts"), what, f"add a line 'step: {STEP}'")
                break
            if not _says_first(pieces):
                what = f"the choice comes before its consequence in '{reply.key}' ({code})"
                yield Flaw(
                    place, what, f"write {{{CONSEQUENCE}}} before the first words that offer the choice"
                )


def _pieces(words: str) -> tuple[Piece, ...]:
    try:
        return parse(words)
    except WordingError:
        return ()  # named where the braces are read


def _flat(pieces: tuple[Piece, ...]) -> Iterator[str | Slot]:
    for piece in pieces:
        if isinstance(piece, Branch):
            yield from _flat(piece.pieces)
        else:
            yield piece


def _offers(piece: str | Slot) -> bool:
    if isinstance(piece, Slot):
        return piece.name in _OFFERS
    return _CHOICE.search(piece) is not None


def _is_offer(pieces: tuple[Piece, ...]) -> bool:
    return any(map(_offers, _flat(pieces)))


def _says_first(pieces: tuple[Piece, ...]) -> bool:
    """Return whether the consequence stands, outside of every branch, before anything offers a choice."""
    for piece in pieces:
        if isinstance(piece, Slot) and piece.name == CONSEQUENCE:
            return True
        if _is_offer((piece,)):
            return False
    return False


def _own_words(playbook: Playbook) -> Iterator[Flaw]:
    """Yield replies and snippets that say what this playbook itself forbids."""
    texts = [("replies", index, each.key, each.texts) for index, each in enumerate(playbook.replies)]
    texts += [("snippets", index, each.key, each.texts) for index, each in enumerate(playbook.snippets)]
    for part, index, key, by_language in texts:
        for code, words in by_language.root.items():
            spoken = " ".join(each for each in _flat(_pieces(words)) if isinstance(each, str))
            for rule in playbook.words:
                for start, end in spans(rule.phrases.get(code, ()), spoken):
                    what = f"'{key}' says \"{spoken[start:end]}\", which '{rule.key}' forbids"
                    yield Flaw((part, index, "texts", code), what, rule.sentence.of(code))
