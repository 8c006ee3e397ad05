"""Finds the phrases of a playbook in a text, whatever their capitals, accents and line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from webcare.domain.checks.folding import fold


def spans(phrases: tuple[str, ...], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text says one of the phrases, in characters; a `*` ends a word that may go on."""
    if phrases:
        yield from (each.span() for each in _pattern(phrases).finditer(fold(text)))


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern on folded text; the longest phrase wins where several begin."""
    longest = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_regex, longest))})(?!\w)")


def _regex(phrase: str) -> str:
    words = fold(phrase).split()
    parts = [re.escape(each.removesuffix("*")) + (r"\w*" if each.endswith("*") else "") for each in words]
    return r"\s+".join(parts)
