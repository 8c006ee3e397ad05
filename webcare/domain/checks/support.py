"""Weighs how much of what a clause says stands in the facts, in the same words or others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib import resources
from itertools import combinations

import yaml

from webcare.domain.checks.phrases import synonyms

_WORD = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+")
_ENDING = re.compile(r"(?:ingen|ungen|ing|ung|ed|es|en|er|em|st|s|e|t|n|d)$")
_STEM = 5
_ROOT = 4
_SHORTEST = 3
_SHORT = 6
_PAIR = 2
# "All", "not" and "other" are never a part of another word.
_WHOLE = frozenset({"all", "not", "other"})


@cache
def _light() -> tuple[frozenset[str], dict[str, str]]:
    """Return the words without content, and the one word for each of those that mean "all" or "not"."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", "light.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    groups = [line.split() for line in lists["same"].splitlines()]
    return frozenset(lists["light"].split()), {word: group[0] for group in groups for word in group}


@lru_cache(maxsize=8192)
def _meaning(word: str) -> str:
    """Return what a word means: one word for all of the same meaning; nothing when it has no content."""
    light, same = _light()
    if word in same:
        return same[word]
    if word in light or (len(word) < _SHORTEST and not any(map(str.isdigit, word))):
        return ""
    return synonyms(_STEM).get(word[:_STEM], word)


@lru_cache(maxsize=4096)
def content(folded: str) -> frozenset[str]:
    """Return the words of a folded text that carry content, those of one meaning as one."""
    text = re.sub(r"n't\b", " not", folded)
    return frozenset(filter(None, map(_meaning, _WORD.findall(text))))


@lru_cache(maxsize=16384)
def _alike(one: str, other: str) -> bool:
    """Return whether two words share their stem, or one is a part of the other, as in a compound."""
    if one in _WHOLE or other in _WHOLE:
        return one == other
    if one[:_STEM] == other[:_STEM]:
        return len(one) >= _STEM or one == other
    short, long = sorted((_ENDING.sub("", one) or one, _ENDING.sub("", other) or other), key=len)
    if len(short) < _ROOT:
        return len(short) == _SHORTEST and long.startswith(short) and len(long) <= _SHORT
    return short in long


def share(told: frozenset[str], known: Sequence[frozenset[str]], anchors: int) -> float:
    """Return the share of some words that one fact, or two together, have; 1.0 when there are no words.

    `anchors` are the numbers in common, which count as words that the facts have.
    """
    if not told:
        return 1.0
    held = [frozenset(word for word in told if any(_alike(word, each) for each in fact)) for fact in known]
    most = max((len(one | two) for one, two in combinations(held, _PAIR)), default=0)
    most = max(most, max(map(len, held), default=0))
    return (most + anchors) / (len(told) + anchors)


def blank(folded: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return a text with some of its parts blanked out, everything else at its place."""
    for start, end in spans:
        folded = f"{folded[:start]}{' ' * (end - start)}{folded[end:]}"
    return folded
