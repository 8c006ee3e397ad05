"""Reads the phrase lists of each language once and finds their phrases in folded text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml

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

    def of(self, concept: str) -> re.Pattern[str]:
        """Return the pattern of a concept; one that matches nothing when the language has no such list."""
        return self.concepts.get(concept, _NEVER)

    def has(self, concept: str, folded: str) -> bool:
        """Return whether a folded text says something of this concept."""
        return _has(self.language, concept, folded)


@lru_cache(maxsize=16384)
def _has(language: str, concept: str, folded: str) -> bool:
    """Look once: several checks ask the same of a clause, and a draft is checked on every save."""
    return phrases(language).of(concept).search(folded) is not None


@cache
def phrases(language: str) -> Phrases:
    """Return the phrases of a language (one of LANGUAGES)."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", f"{language}.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    small = frozenset(lists.pop("small_words").split())
    topics, states = (
        {name: pattern(lines.splitlines()) for name, lines in lists.pop(kind, {}).items()}
        for kind in ("topics", "states")
    )
    concepts = {name: pattern(lines.splitlines()) for name, lines in lists.items()}
    return Phrases(language, concepts, topics, states, small)


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
    if len(_branches(line)) > 1:
        each = [_firsts(branch) for branch in _branches(line)]
        return frozenset().union(*each) if all(each) else frozenset()
    line = line.removeprefix("^")
    plain = _LITERAL.match(line)
    if plain:
        return frozenset(plain[1])
    if not line.startswith("(") or line.startswith("(?"):
        return frozenset()
    end = _closing(line)
    first, rest = _firsts(line[1:end]), line[end + 1 :]
    if first and rest[:1] == "?":
        after = _firsts(rest[1:].removeprefix("?").lstrip())
        return first | after if after else frozenset()
    return first if rest[:1] not in {"*", "{"} else frozenset()


def _closing(line: str) -> int:
    """Return where the bracket closes that a line begins with."""
    depth = 0
    for place, one in enumerate(line):
        depth += (one == "(") - (one == ")")
        if depth == 0:
            return place
    return len(line)


def _branches(line: str) -> list[str]:
    """Return the alternatives of a line, those within brackets left together."""
    depth, parts = 0, [""]
    for one in line:
        depth += (one == "(") - (one == ")")
        if one == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += one
    return parts


def _regex(line: str) -> str:
    line = _STEM.sub(r"\\w*", line)
    for mark, means in _GAPS:
        line = line.replace(mark, means)
    return line
