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

    Sets of phrases are numbers, one bit for each of `lines`: `sets` holds those of each name, and `starts`
    those of which a word that begins so may be a part.
    """

    language: str
    topics: tuple[str, ...]
    states: tuple[str, ...]
    small_words: frozenset[str]
    lines: tuple[str, ...]
    sets: Mapping[str, int]
    starts: Mapping[str, int]

    def find(self, name: str, folded: str) -> re.Match[str] | None:
        """Return where a folded text first says something of this; None when it doesn't."""
        near = _near(self.language, folded) & self.sets.get(name, 0)
        if not near:
            return None
        found = [match for line in self.patterns(near) if (match := line.search(folded)) is not None]
        return min(found, key=_place, default=None)

    def every(self, name: str, folded: str) -> list[re.Match[str]]:
        """Return all places where a folded text says something of this, in order; none overlap."""
        near = _near(self.language, folded) & self.sets.get(name, 0)
        kept: list[re.Match[str]] = []
        found = [match for line in self.patterns(near) for match in line.finditer(folded)] if near else []
        for match in sorted(found, key=_place):
            if not kept or match.start() >= kept[-1].end():
                kept.append(match)
        return kept

    def opens(self, name: str, folded: str) -> bool:
        """Return whether a folded text begins with something of this."""
        near = _near(self.language, folded) & self.sets.get(name, 0)
        return near != 0 and any(line.match(folded) for line in self.patterns(near))

    def has(self, name: str, folded: str) -> bool:
        """Return whether a folded text says something of this."""
        near = _near(self.language, folded) & self.sets.get(name, 0)
        return near != 0 and _has(self.language, near, folded)

    def patterns(self, near: int) -> Iterator[re.Pattern[str]]:
        """Yield the patterns of some phrases, given as a set."""
        while near:
            lowest = near & -near
            yield _line(self.lines[lowest.bit_length() - 1])
            near ^= lowest


@lru_cache(maxsize=4096)
def _near(language: str, folded: str) -> int:
    """Return the phrases that may stand in a folded text, by how its words begin."""
    near = _places(language, "")
    for word in words(folded):
        near |= _places(language, word)
    return near


@lru_cache(maxsize=16384)
def _places(language: str, word: str) -> int:
    """Return the phrases that a word may be the rarest word of."""
    starts = phrases(language).starts
    near = 0
    for start in beginnings(word) if word else ("",):
        near |= starts.get(start, 0)
    return near


@lru_cache(maxsize=32768)
def _has(language: str, near: int, folded: str) -> bool:
    """Look once: several checks ask the same of a clause, and a draft is checked on every save."""
    return any(line.search(folded) for line in phrases(language).patterns(near))


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
    common = frozenset(start for word in small for start in beginnings(word))
    lines: list[str] = []
    sets: defaultdict[str, int] = defaultdict(int)
    starts: defaultdict[str, int] = defaultdict(int)
    for name, text in texts.items():
        for line in filter(None, map(str.strip, text.splitlines())):
            bit = 1 << len(lines)
            sets[name] |= bit
            lines.append(line)
            for start in openings(line, common):
                starts[start] |= bit
    return Phrases(language, tuple(topics), tuple(states), small, tuple(lines), dict(sets), dict(starts))


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
