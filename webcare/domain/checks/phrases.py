"""Reads the phrase lists of each language once and finds their phrases in folded text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
    """The phrases of one language: one pattern per concept, and per topic and per state."""

    language: str
    concepts: Mapping[str, re.Pattern[str]]
    topics: Mapping[str, re.Pattern[str]]
    states: Mapping[str, re.Pattern[str]]
    small_words: frozenset[str]
    openings: Mapping[str, frozenset[str]]

    def near(self, folded: str) -> frozenset[str]:
        """Return the concepts, topics and states that a folded text may speak of, by how its words begin."""
        return _near(self.language, folded)

    def find(self, concept: str, folded: str) -> re.Match[str] | None:
        """Return where a folded text first says something of this concept; None when it doesn't."""
        return self.of(concept).search(folded) if concept in _near(self.language, folded) else None

    def of(self, concept: str) -> re.Pattern[str]:
        """Return the pattern of a concept; one that matches nothing when the language has no such list."""
        return self.concepts.get(concept, _NEVER)

    def has(self, concept: str, folded: str) -> bool:
        """Return whether a folded text says something of this concept."""
        return concept in _near(self.language, folded) and _has(self.language, concept, folded)


@lru_cache(maxsize=4096)
def _near(language: str, folded: str) -> frozenset[str]:
    known = phrases(language).openings
    starts = {start for word in words(folded) for start in beginnings(word)}
    return frozenset().union(*(known[start] for start in starts if start in known), known.get("", ()))


@lru_cache(maxsize=32768)
def _has(language: str, concept: str, folded: str) -> bool:
    """Look once: several checks ask the same of a clause, and a draft is checked on every save."""
    return phrases(language).of(concept).search(folded) is not None


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language (one of LANGUAGES)."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", f"{language}.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    small = frozenset(lists.pop("small_words").split())
    kinds = {"topics": lists.pop("topics", {}), "states": lists.pop("states", {}), "concepts": lists}
    read = {
        kind: {name: pattern(lines.splitlines()) for name, lines in each.items()} for kind, each in kinds.items()
    }
    starts: defaultdict[str, set[str]] = defaultdict(set)
    for each in kinds.values():
        for name, lines in each.items():
            for start in openings(filter(None, map(str.strip, lines.splitlines()))):
                starts[start].add(name)
    known = {start: frozenset(names) for start, names in starts.items()}
    return Phrases(language, read["concepts"], read["topics"], read["states"], small, known)


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
