"""Reads the development set of drafts and counts how many blocking findings are right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from webcare.domain.checks import CheckedDraft, GivenFact, check

FILE = Path(__file__).with_name("drafts.jsonl")


@dataclass(frozen=True, slots=True)
class Score:
    """How many blocking names were found rightly, found wrongly, and missed; and which drafts went wrong."""

    right: int
    wrong: int
    missed: int
    failures: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Return the share of expected names that were found."""
        return self.right / max(1, self.right + self.missed)

    @property
    def precision(self) -> float:
        """Return the share of found names that were expected."""
        return self.right / max(1, self.right + self.wrong)


@cache
def lines() -> tuple[dict[str, Any], ...]:
    """Return the drafts as they stand in the file."""
    return tuple(json.loads(line) for line in FILE.read_text("utf-8").splitlines())


def draft(line: dict[str, Any]) -> CheckedDraft:
    """Return the draft of one line."""
    return CheckedDraft(
        text=line["text"],
        language=line["lang"],
        is_public=line["visibility"] == "public",
        channel=line["channel"],
        limit=line.get("limit"),
        wants_signature=line.get("sign", False),
        contact_name=line.get("contact_name"),
        locked=tuple(line.get("locked", ())),
        facts=tuple(
            GivenFact(
                one["key"],
                tuple(one["value"].values()) if isinstance(one["value"], dict) else (one["value"],),
                one["status"],
                one["expired"],
            )
            for one in line.get("facts", ())
        ),
    )


def blocking(line: dict[str, Any]) -> set[str]:
    """Return the names of the blocking findings of one line."""
    return {one.name for one in check(draft(line)) if one.severity == "block"}


def measure(halves: str) -> Score:
    """Return the score over the drafts of these halves, "AB" for instance."""
    right = wrong = missed = 0
    failures = []
    for line in lines():
        if line["half"] not in halves:
            continue
        found, expected = blocking(line), set(line["expect"])
        right += len(found & expected)
        wrong += len(found - expected)
        missed += len(expected - found)
        if found != expected:
            failures.append(
                f"{line['id']} expected {sorted(expected)}, found {sorted(found)}: {line['text']}"
            )
    return Score(right, wrong, missed, tuple(failures))
