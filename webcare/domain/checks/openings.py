"""Tells with which letters a phrase of the lists may begin, so that most phrases need not be looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

LONGEST = 6
_MOST = 400
_PLAIN = re.compile(r"[a-z0-9']")
_WORDS = re.compile(r"'?[^\W_]+")
_JOINED = re.compile(r"[^\W_]+(?:'[^\W_]+)+")

# A beginning, and whether letters that we know may still follow it.
_Part = tuple[str, bool]


@lru_cache(maxsize=16384)
def beginnings(word: str) -> tuple[str, ...]:
    """Return every beginning of a word that phrases are told apart by."""
    return tuple(word[:size] for size in range(1, min(LONGEST, len(word)) + 1))


def words(folded: str) -> set[str]:
    """Return the words of a folded text; of one with an apostrophe its parts too, with and without it."""
    found = set(_WORDS.findall(folded))
    if "'" in folded:
        found |= {word[1:] for word in found if word[0] == "'"} | set(_JOINED.findall(folded))
    return found


def openings(line: str, common: frozenset[str]) -> frozenset[str]:
    """Return beginnings of words of which a text must have one to say a phrase; "" for any text.

    That word of the phrase counts which is the rarest: not one of the beginnings in `common`.
    """
    found = frozenset().union(*(_rarest(branch, common) for branch in branches(line)))
    return frozenset([""]) if "" in found else found


def _rarest(phrase: str, common: frozenset[str]) -> set[str]:
    """Return how that word of a phrase may begin that the fewest texts have."""
    each = [{start for start, _ in _of(word)} for word in _needed(phrase)]
    return min(each, key=lambda starts: ("" in starts, len(starts & common), len(starts)), default={""})


def _needed(phrase: str) -> Iterator[str]:
    """Yield the words of a phrase that may not be left out, as they are written in the list."""
    depth, word = 0, ""
    for one in f"{phrase.replace(' ?', '.').replace('~', ' ')} ":
        depth += (one == "(") - (one == ")")
        if one == " " and depth == 0:
            if word:
                yield _from_start(word)
            word = ""
        else:
            word += one


def _from_start(word: str) -> str:
    """Return a word without the words before it that may be left out, as in "(very ){0,2}sure"."""
    while word.startswith("(") and not word.startswith("(?"):
        end = closing(word)
        if word[end - 1 : end] != " " or word[end + 1 : end + 2] not in {"?", "*", "{"}:
            break
        word = word[_past(word, end + 1) :]
    return word


def _of(text: str) -> set[_Part]:
    """Return the beginnings of one phrase or of a part of it between brackets."""
    return set[_Part]().union(*(_along(branch) for branch in branches(text)))


def _along(text: str) -> set[_Part]:
    """Return the beginnings of a row of letters and brackets, read from left to right."""
    live: set[_Part] = {("", True)}
    at = 0
    while at < len(text) and any(is_open for _, is_open in live) and len(live) <= _MOST:
        one, end = text[at], at + 1
        if one == "(":
            end = closing(text, at)
            inner = text[at + 1 : end]
            end += 1
            if inner.startswith("?"):
                at = _past(text, end)
                continue
            part = _of(inner)
        elif one == "^":
            at = end
            continue
        elif _PLAIN.match(one):
            part = {(one, True)}
        else:
            part = {("", False)}
            end = len(text)
        live, at = _grow(live, part, text, end), _past(text, end)
    return live


def _grow(live: set[_Part], part: set[_Part], text: str, end: int) -> set[_Part]:
    """Return the beginnings that come of the ones so far and what follows, which may be left out."""
    mark = text[end : end + 1]
    is_any = mark in {"*", "{", "+"} and mark != ""
    grown: set[_Part] = {(start, is_open) for start, is_open in live if not is_open}
    for start, is_open in live:
        if is_open:
            for more, goes_on in part:
                whole = (start + more)[:LONGEST]
                grown.add((whole, goes_on and not is_any and len(whole) < LONGEST))
    if mark in {"?", "{"} and mark:
        grown |= {each for each in live if each[1]}
    return grown


def _past(text: str, at: int) -> int:
    """Return where a phrase goes on after "?", "*", "+" or a count."""
    while at < len(text) and text[at] in "?*+{":
        at = text.index("}", at) + 1 if text[at] == "{" else at + 1
    return at


def closing(line: str, start: int = 0) -> int:
    """Return where the bracket closes that stands at `start`."""
    depth = 0
    for place in range(start, len(line)):
        depth += (line[place] == "(") - (line[place] == ")")
        if depth == 0:
            return place
    return len(line)


def branches(line: str) -> list[str]:
    """Return the alternatives of a line, those within brackets left together."""
    depth, parts = 0, [""]
    for one in line:
        depth += (one == "(") - (one == ")")
        if one == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    return parts
