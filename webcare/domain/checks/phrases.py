"""Reads the phrase lists of each language once and finds their phrases in folded text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
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

    concepts: Mapping[str, re.Pattern[str]]
    topics: Mapping[str, re.Pattern[str]]
    states: Mapping[str, re.Pattern[str]]
    small_words: frozenset[str]

    def of(self, concept: str) -> re.Pattern[str]:
        """Return the pattern of a concept; one that matches nothing when the language has no such list."""
        return self.concepts.get(concept, _NEVER)

    def has(self, concept: str, folded: str) -> bool:
        """Return whether a folded text says something of this concept."""
        return self.of(concept).search(folded) is not None


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
    return Phrases(concepts, topics, states, small)


@cache
def synonyms(stem: int) -> Mapping[str, str]:
    """Return the one word that stands for each word of the same meaning, by their first `stem` letters."""
    file = resources.files("webcare.domain.checks").joinpath("phrases", "synonyms.yaml")
    lists = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    groups = [line.split() for line in lists["same"].splitlines()]
    return {word[:stem]: group[0][:stem] for group in reversed(groups) for word in group}


def pattern(lines: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern for phrases as they are written in the lists.

    Phrases that begin with the same letter stand together, so that most of them cost nothing.
    """
    grouped: defaultdict[str, list[str]] = defaultdict(list)
    for line in filter(None, map(str.strip, lines)):
        first = _LITERAL.match(line)
        plain = first is not None and "|" not in _outside(line)
        grouped[first[1] if plain and first else ""].append(_regex(line))
    if not grouped:
        return _NEVER
    parts = [
        f"(?={letter})(?:{'|'.join(each)})" if letter else "|".join(each) for letter, each in grouped.items()
    ]
    return re.compile(rf"(?:(?<![\w'])|(?<=\w)(?='))(?:{'|'.join(parts)})(?:(?<!\w)|(?!\w))")


def _outside(line: str) -> str:
    """Return what stands outside of brackets: a bar there means that the first letter decides nothing."""
    depth, kept = 0, []
    for one in line:
        depth += (one == "(") - (one == ")")
        if depth == 0:
            kept.append(one)
    return "".join(kept)


def _regex(line: str) -> str:
    line = _STEM.sub(r"\\w*", line)
    for mark, means in _GAPS:
        line = line.replace(mark, means)
    return line
