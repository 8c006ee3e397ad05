"""Lets no booking be confirmed before the contact said YES to exactly that journey (R10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from webcare.domain.playbook.sentences import ReplyTemplate
from webcare.domain.playbook.wording import Branch, Piece, Slot, parse

ITINERARY = "itinerary"

_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("yes yep yeah ja jep jazeker jawel oui si sí akkoord agreed agree ok oke oké okay")
# A YES with one of these is a question or a change, and a later message with one takes it back.
_UNSURE = _words(
    "no not don't but wait stop cancel change wrong instead except only if another rather "
    "nee niet maar wacht annuleer wijzig wijzigen anders fout behalve alleen als liever "
    "nein nicht aber falsch ändern warte non pas mais faux changer attendez pero espera cambiar mal"
)
_FEW_WORDS = 12


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a thread, oldest first; `step` and `itinerary` are set for read-backs of ours."""

    direction: Literal["inbound", "outbound"]
    text: str
    step: str = "none"
    itinerary: str | None = None


def itinerary(template: ReplyTemplate, text: str) -> str | None:
    """Return the words that stand in a text where its template has {itinerary}; None when they don't."""
    plain = " ".join(text.split())
    for words in template.texts.root.values():
        before, after = _neighbours(_flat(parse(words)))
        start = plain.find(before) if before else -1
        if start < 0:
            continue
        start += len(before)
        end = plain.find(after, start) if after else len(plain)
        if end > start:
            return plain[start:end].strip(" .")
    return None


def obstacle(thread: Sequence[Spoken], confirmed: str | None) -> str | None:
    """Return why a confirmation of this journey may not leave after this thread, or None when it may."""
    last = max((at for at, each in enumerate(thread) if each.step == "read-back"), default=None)
    if last is None:
        return "Read the journey back first and wait for the contact's YES; nothing is booked before that."
    if confirmed is None or thread[last].itinerary != confirmed:
        return (
            "The journey in this confirmation isn't the one that was read back last. "
            "Read it back again, word for word, and wait for a YES."
        )
    answers = [each.text for each in thread[last + 1 :] if each.direction == "inbound"]
    if any(_is_unsure(answer) for answer in answers):
        return "The contact asked for a change after the journey was read back. Read it back again."
    if not any(is_yes(answer) for answer in answers):
        return "The contact has not said YES to the journey yet. Wait for it, or ask again."
    return None


def is_yes(text: str) -> bool:
    """Return whether a short answer is a plain yes, in any of the five languages."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return 0 < len(words) <= _FEW_WORDS and words[0] in _YES and not _is_unsure(text)


def _is_unsure(text: str) -> bool:
    return bool(_UNSURE & {word.casefold() for word in re.findall(r"[^\W\d_]+(?:'t)?", text)})


def _flat(pieces: tuple[Piece, ...]) -> list[str | Slot]:
    flat: list[str | Slot] = []
    for piece in pieces:
        if isinstance(piece, Branch):
            flat += _flat(piece.pieces)
        else:
            flat.append(piece)
    return flat


def _neighbours(pieces: list[str | Slot]) -> tuple[str, str]:
    """Return the fixed words right before and right after the slot, as they read in one line."""
    at = next(
        (at for at, each in enumerate(pieces) if isinstance(each, Slot) and each.name == ITINERARY), None
    )
    if at is None:
        return "", ""
    before = pieces[at - 1] if at else ""
    after = pieces[at + 1] if at + 1 < len(pieces) else ""
    return _line(before), _line(after)


def _line(piece: str | Slot) -> str:
    return " ".join(piece.split()) if isinstance(piece, str) else ""
