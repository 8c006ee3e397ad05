"""Scores how a desk went through a crisis: six parts, each a share of what could be measured.

    score = 100 x sum(weight x share) / sum(weight), over the parts that could be measured

| part | weight | share |
|---|---|---|
| statement | 20 | 1 for a first statement within 15 minutes, down to 0 at 60; before 15: not measured |
| urgent | 25 | U0 and U1 conversations that a person took on in time, of those taken on or out of time |
| injects | 25 | injects met in time count 1, met late a half, of those met or out of time |
| facts | 10 | facts in use that somebody verified and that never expired while in use, of those in use |
| promises | 10 | promised updates that were kept, of those that were kept or missed |
| replies | 10 | replies without a passed-over block and without a fact that nobody verified, of all replies |

A part without anything to measure is left out, of both sums. Below 40 of 100 weights there is no number.
Nothing here lowers the score when the desk does better (tests/domain/test_score.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

STATEMENT_S = 15 * 60
"""Seconds within which the first statement is asked (R04)."""
TOO_LATE_S = 60 * 60
"""Seconds from which a first statement earns nothing any more (R04: the fuller one is due by then)."""
ENOUGH = 40
"""Of 100 weights; one lucky part says nothing about a desk."""
LATE = 0.5
"""What an inject counts that was met, but late."""

WEIGHTS = {"statement": 20, "urgent": 25, "injects": 25, "facts": 10, "promises": 10, "replies": 10}


@dataclass(frozen=True, slots=True)
class Share:
    """How many went well, of how many that could be measured; `good` may hold halves."""

    good: float = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        """Return the share from 0 to 1, None when there was nothing to measure."""
        return min(max(self.good / self.of, 0.0), 1.0) if self.of > 0 else None


@dataclass(frozen=True, slots=True)
class Measures:
    """What the record says of a crisis, from its start to `elapsed_s` seconds later.

    `statement_s` is when the first statement was out, in seconds after the start; None: none is out.
    """

    elapsed_s: float = 0
    statement_s: float | None = None
    urgent: Share = Share()
    injects: Share = Share()
    facts: Share = Share()
    promises: Share = Share()
    replies: Share = Share()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: what was measured, in words, and the points out of `weight` (None: left out)."""

    key: str
    weight: int
    points: float | None
    figure: str


@dataclass(frozen=True, slots=True)
class Score:
    """The number out of 100, or None when there is not enough to score, and where it comes from."""

    total: int | None
    parts: tuple[Part, ...]

    @property
    def measured(self) -> int:
        """Return the weights that could be measured, out of 100."""
        return sum(part.weight for part in self.parts if part.points is not None)


def of(measures: Measures) -> Score:
    """Return the score of what was measured."""
    parts = tuple(_parts(measures))
    weights = sum(part.weight for part in parts if part.points is not None)
    points = sum(part.points for part in parts if part.points is not None)
    return Score(round(100 * points / weights) if weights >= ENOUGH else None, parts)


def _parts(measures: Measures) -> Iterator[Part]:
    yield _part("statement", _statement(measures), _statement_words(measures))
    yield _part("urgent", measures.urgent.value, _words(measures.urgent, "taken on by a person in time"))
    yield _part("injects", measures.injects.value, _words(measures.injects, "met; late counts half"))
    yield _part("facts", measures.facts.value, _words(measures.facts, "in use, verified and never expired"))
    yield _part("promises", measures.promises.value, _words(measures.promises, "promised updates kept"))
    yield _part("replies", measures.replies.value, _words(measures.replies, "replies on verified ground"))


def _part(key: str, share: float | None, figure: str) -> Part:
    return Part(key, WEIGHTS[key], None if share is None else WEIGHTS[key] * share, figure)


def _statement(measures: Measures) -> float | None:
    said = measures.statement_s
    if said is None:
        return None if measures.elapsed_s < STATEMENT_S else 0.0
    return min(1.0, max(0.0, (TOO_LATE_S - said) / (TOO_LATE_S - STATEMENT_S)))


def _statement_words(measures: Measures) -> str:
    if measures.statement_s is not None:
        return f"out after {clockwise(measures.statement_s)}; asked within {clockwise(STATEMENT_S)}"
    if measures.elapsed_s < STATEMENT_S:
        return f"not out yet; there is time until {clockwise(STATEMENT_S)}"
    return f"none after {clockwise(measures.elapsed_s)}; asked within {clockwise(STATEMENT_S)}"


def _words(share: Share, what: str) -> str:
    return f"{share.good:g} of {share.of} {what}" if share.of else "nothing to measure yet"


def clockwise(seconds: float) -> str:
    """Return seconds as `m:ss`, such as 3:05 or 75:00; what is negative is 0:00."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
