"""Reads a text with placeholders: `{flight}` is a slot, `{mid_journey: and back}` a branch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BRACE = re.compile(r"[{}]")
_OPENING = re.compile(r"\{([a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*)([:}])")
_NO_SPACE_BEFORE = ",.;:!?)"


class WordingError(ValueError):
    """A text whose braces don't add up; the sentence says where and how to mend it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place that a value fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Branch:
    """Words that stand only when the named condition, value or fact does."""

    name: str
    pieces: tuple[Piece, ...]


Piece = str | Slot | Branch


def parse(text: str) -> tuple[Piece, ...]:
    """Return the text cut into words, slots and branches; raise WordingError when braces don't add up."""
    pieces, end = _pieces(text, 0, inside=None)
    if end < len(text):
        raise WordingError(f"a '}}' closes nothing near '{_near(text, end)}'; remove it")
    return pieces


def names(pieces: tuple[Piece, ...]) -> Iterator[str]:
    """Yield every name that slots and branches use, in the order of the text, repeats included."""
    for piece in pieces:
        if isinstance(piece, Slot | Branch):
            yield piece.name
        if isinstance(piece, Branch):
            yield from names(piece.pieces)


def bare_slots(pieces: tuple[Piece, ...], given: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the slots that no branch of the same name protects: they always show something."""
    for piece in pieces:
        if isinstance(piece, Slot) and piece.name not in given:
            yield piece.name
        elif isinstance(piece, Branch):
            yield from bare_slots(piece.pieces, given | {piece.name})


def _pieces(text: str, at: int, inside: str | None) -> tuple[tuple[Piece, ...], int]:
    """Return the pieces from `at` up to the brace that closes this level, and where that brace is."""
    found: list[Piece] = []
    while match := _BRACE.search(text, at):
        if match.start() > at:
            found.append(text[at : match.start()])
        at = match.start()
        if match.group() == "}":
            return tuple(found), at
        piece, at = _braced(text, at)
        found.append(piece)
    if inside is not None:
        raise WordingError(f"'{{{inside}: ...' is never closed; add a '}}' after its words")
    if at < len(text):
        found.append(text[at:])
    return tuple(found), len(text)


def _braced(text: str, at: int) -> tuple[Piece, int]:
    """Return the slot or branch that opens at `at`, and the position after its closing brace."""
    opening = _OPENING.match(text, at)
    if opening is None:
        raise WordingError(
            f"the brace near '{_near(text, at)}' names nothing; "
            "write a name in small letters such as {flight}, or remove the brace"
        )
    name, mark = opening.groups()
    if mark == "}":
        return Slot(name), opening.end()
    body, closing = _pieces(text, opening.end(), inside=name)
    if not body:
        raise WordingError(f"the branch '{{{name}: }}' has no words; write them after the colon")
    return Branch(name, _joined(body, text[:at])), closing + 1


def _joined(body: tuple[Piece, ...], before: str) -> tuple[Piece, ...]:
    """Return the body with the space after the colon kept only where the sentence needs one."""
    first = body[0]
    if not isinstance(first, str) or not first.startswith(" "):
        return body
    words = first.lstrip(" ")
    is_needed = bool(before) and not before[-1].isspace() and words[:1] not in tuple(_NO_SPACE_BEFORE)
    if not words and not is_needed:
        return body[1:]
    return ((" " if is_needed else "") + words, *body[1:])


def _near(text: str, at: int) -> str:
    """Return a few characters around a position, to find it by eye."""
    return text[max(0, at - 15) : at + 15].replace("\n", " ").strip()
