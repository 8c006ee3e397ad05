"""Reads the sets of replies that state facts in free words, and counts how many links are right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from webcare.domain.fact_linking import links
from webcare.domain.fact_profiles import KnownFact

FOLDER = Path(__file__).with_name("links")


@dataclass(frozen=True, slots=True)
class Score:
    """The share of stated facts that were found, of found ones that are stated, and what went wrong."""

    recall: float
    precision: float
    failures: tuple[str, ...]


@cache
def read(name: str) -> Any:
    """Return one of the files."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


@cache
def board(name: str) -> tuple[KnownFact, ...]:
    """Return the facts in force on one of the desks, each in its third version."""
    return tuple(
        KnownFact(key, 3, (("en", fact["en"]), ("nl", fact["nl"])), (fact["about"],))
        for key, fact in read("boards")[name].items()
    )


def measure(name: str) -> Score:
    """Return how well the links of one set are found."""
    right = wrong = missed = 0
    failures = []
    for desk, cases in read(name).items():
        for case in cases:
            found = {each.key for each in links(case["text"], case["lang"], board(desk))}
            wanted = set(case["states"])
            right += len(found & wanted)
            wrong += len(found - wanted)
            missed += len(wanted - found)
            if found != wanted:
                failures.append(f"-{sorted(wanted - found)} +{sorted(found - wanted)}: {case['text']}")
    return Score(right / (right + missed), right / (right + wrong), tuple(failures))
