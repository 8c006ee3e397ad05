"""Reads the phrase lists of each language once and finds their phrases in folded text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

from webcare.domain.checks.openings import beginnings, branches, closing, openings, words

LANGUAGES = ("en", "nl", "de", "fr", "es")
_NEVER = re.compile(r"(?!)")
_GAPS = (("~", r"(?:\s+\S+){0,3}\s+"), ("[ -]", r"[\s-]"), (" ?", r"\s?"), (" ", r"\s+"))
_STEM = re.compile(r"(?<!\\[a-z])(?<=[a-z])\*")
_LITERAL = re.compile(r"([a-z])(?![?*|{])")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language, by concept, topic and state.

    `lines` are the phrases of each; `starts` are those of which a word that begins so may be a part.
    """

    language: str
    topics: frozenset[str]
    states: frozenset[str]
    small_words: frozenset[str]
    lines: Mapping[str, tuple[str, ...]]
    starts: Mapping[str, tuple[tuple[str, int], ...]]

    def near(self, folded: str) -> Mapping[str, tuple[int, ...]]:
        """Return what a folded text may speak of, with the phrases that may stand in it."""
        return _near(self.language, folded)

    def find(self, concept: str, folded: str) -> re.Match[str] | None:
        """Return where a folded text first says something of this; None when it doesn't."""
        found = [
            match
            for number in _near(self.language, folded).get(concept, ())
            if (match := _line(self.lines[concept][number]).search(folded)) is not None
        ]
        return min(found, key=_place, default=None)

    def every(self, concept: str, folded: str) -> list[re.Match[str]]:
        """Return all places where a folded text says something of this, in order; none overlap."""
        kept: list[re.Match[str]] = []
        for match in sorted(self._all(concept, folded), key=_place):
            if not kept or match.start() >= kept[-1].end():
                kept.append(match)
        return kept

    def _all(self, concept: str, folded: str) -> Iterator[re.Match[str]]:
        for number in _near(self.language, folded).get(concept, ()):
            yield from _line(self.lines[concept][number]).finditer(folded)

    def opens(self, concept: str, folded: str) -> bool:
        """Return whether a folded text begins with something of this concept."""
        numbers = _near(self.language, folded).get(concept, ())
        return any(_line(self.lines[concept][number]).match(folded) for number in numbers)

    def has(self, concept: str, folded: str) -> bool:
        """Return whether a folded text says something of this concept."""
        return concept in _near(self.language, folded) and _has(self.language, concept, folded)


@lru_cache(maxsize=4096)
def _near(language: str, folded: str) -> Mapping[str, tuple[int, ...]]:
    found = dict(_places(language, ""))
    for word in words(folded):
        for name, numbers in _places(language, word):
            found[name] = found.get(name, ()) + numbers
    return found


@lru_cache(maxsize=16384)
def _places(language: str, word: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the phrases that a word may be the rarest word of, by what they speak of."""
    known = phrases(language).starts
    found: defaultdict[str, list[int]] = defaultdict(list)
    for start in beginnings(word) if word else ("",):
        for name, number in known.get(start, ()):
            found[name].append(number)
    return tuple((name, tuple(numbers)) for name, numbers in found.items())


@lru_cache(maxsize=32768)
def _has(language: str, concept: str, folded: str) -> bool:
    """Look once: several checks ask the same of a clause, and a draft is checked on every save."""
    known = phrases(language)
    return any(_line(known.lines[concept][number]).search(folded) for number in known.near(folded)[concept])


def _place(match: re.Match[str]) -> tuple[int, int]:
    """Return what puts places in order: the first one before others, the longest of those at one place."""
    return match.start(), -match.end()


@cache
def _line(line: str) -> re.Pattern[str]:
    """Return the pattern of one phrase, made when a text first needs it."""
    return pattern((line,))


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language (one of LANGUAGES)."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", f"{language}.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    small = frozenset(lists.pop("small_words").split())
    topics, states = lists.pop("topics", {}), lists.pop("states", {})
    texts = {**lists, **{f"topic {name}": each for name, each in topics.items()}, **states}
    lines = {name: tuple(filter(None, map(str.strip, each.splitlines()))) for name, each in texts.items()}
    common = frozenset(start for word in small for start in beginnings(word))
    starts: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for name, each in lines.items():
        for number, line in enumerate(each):
            for start in openings(line, common):
                starts[start].append((name, number))
    known = {start: tuple(places) for start, places in starts.items()}
    return Phrases(language, frozenset(topics), frozenset(states), small, lines, known)


@cache
def synonyms(stem: int) -> Mapping[str, str]:
    """Return the one word that stands for each word of the same meaning, by their first `stem` letters."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", "synonyms.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    groups = [line.split() for line in lists["same"].splitlines()]
    return {word[:stem]: group[0][:stem] for group in reversed(groups) for word in group}


def pattern(lines: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for phrases as they are written in the lists.

    Phrases stand together by the letters they may begin with, so that most of them cost nothing.
    """
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for line in filter(None, map(str.strip, lines)):
        for letter in _firsts(line) or ("",):
            grouped[letter].append(_regex(line))
    if not grouped:
        return _NEVER
    parts = [
        f"(?={letter})(?:{'|'.join(each)})" if letter else "|".join(each) for letter, each in grouped.items()
    ]
    return re.compile(rf"(?:(?<![\w'])|(?<=\w)(?='))(?:{'|'.join(parts)})(?:(?<!\w)|(?!\w))")


def _firsts(line: str) -> frozenset[str]:
    """Return the letters that a phrase may begin with; none when it may begin with anything."""
    if len(branches(line)) > 1:
        each = [_firsts(branch) for branch in branches(line)]
        return frozenset().union(*each) if all(each) else frozenset()
    line = line.removeprefix("^")
    plain = _LITERAL.match(line)
    if plain:
        return frozenset(plain[1])
    if not line.startswith("(") or line.startswith("(?"):
        return frozenset()
    end = closing(line)
    first, rest = _firsts(line[1:end]), line[end + 1 :]
    if first and rest[:1] == "?":
        after = _firsts(rest[1:].removeprefix("?").lstrip())
        return first | after if after else frozenset()
    return first if rest[:1] not in {"*", "{"} else frozenset()


def _regex(line: str) -> str:
    line = _STEM.sub(r"\\w*", line)
    for mark, means in _GAPS:
        line = line.replace(mark, means)
    return line
