"""Says how alike two messages are, from 0 to 1, in the sense that one answer would serve both."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from webcare.domain.clusters.reading import Reading
from webcare.domain.clusters.weights import Weights

# Words of two languages hardly meet, so there they mostly dilute what the matters say.
_FOREIGN_WORDS = 0.25
# Which ways of asking the same answer often serves: "may I", "must I" and "what happens" in particular.
_KINDRED = {
    frozenset(pair): share
    for pair, share in (
        (("when", "how_long"), 0.97),
        (("may", "must"), 0.95),
        (("may", "how"), 0.93),
        (("must", "how"), 0.93),
        (("must", "what_happens"), 0.9),
        (("may", "what_happens"), 0.9),
        (("how", "where"), 0.9),
        (("how", "who"), 0.85),
        (("where", "who"), 0.85),
        (("how", "why"), 0.85),
    )
}
_UNASKED = 0.87
# One thing in common, and more in one of them: the same thing, perhaps about another matter.
_ONE_SHARED = 0.75
_OTHERWISE = 0.62
# When each says something that the other doesn't, they differ more than when only one says more.
_CONTRAST = 0.5
# A bike and a dog: whatever else they share, one answer hardly serves both.
_RIVALS = 0.5


Sides = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Features:
    """A reading with its weights: by feature, and the squares of concepts and of words summed."""

    reading: Reading
    weights: dict[str, float]
    of_concepts: float
    of_words: float

    @property
    def is_bare(self) -> bool:
        """Tell whether nothing in the text counts."""
        return self.of_concepts + self.of_words == 0.0


def weigh(reading: Reading, weights: Weights) -> Features:
    """Return the features of a reading with what they weigh now."""
    concepts, words = weights.of(reading)
    return Features(
        reading,
        concepts | words,
        sum(weight * weight for weight in concepts.values()),
        sum(weight * weight for weight in words.values()),
    )


def likeness(one: Features, other: Features) -> float:
    """Return how alike two messages are, 0 to 1; the same both ways round."""
    if len(one.weights) > len(other.weights):
        one, other = other, one
    theirs = other.weights
    shared = [name for name in one.weights if name in theirs]
    if not shared:
        return 0.0
    alike = _content_alike(shared, one, other) * _asked_alike(one.reading.asks, other.reading.asks)
    if one.reading.sides and _are_rivals(one.reading.sides, other.reading.sides):
        alike *= _RIVALS
    return alike * _ONE_SHARED if len(shared) == 1 and len(theirs) > 1 else alike


def _content_alike(shared: list[str], one: Features, other: Features) -> float:
    """Return the cosine of what they say, lowered by what each says alone."""
    words = 1.0 if one.reading.language == other.reading.language else _FOREIGN_WORDS
    all_mine = one.of_concepts + words * one.of_words
    all_theirs = other.of_concepts + words * other.of_words
    both = mine = theirs = 0.0
    for name in shared:
        first, second = one.weights[name], other.weights[name]
        both += first * second
        mine += first * first
        theirs += second * second
    alone = max(0.0, 1 - max(mine / all_mine, theirs / all_theirs))
    return min(1.0, both / math.sqrt(all_mine * all_theirs)) * (1 - _CONTRAST * alone)


def _are_rivals(mine: Sides, theirs: Sides) -> bool:
    """Tell whether both name rivals of one group, and none in common."""
    for group, names in mine.items():
        others = theirs.get(group)
        if others is not None and names.isdisjoint(others):
            return True
    return False


def _asked_alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    if not mine or not theirs:
        return 1.0 if mine == theirs else _UNASKED
    if not mine.isdisjoint(theirs):
        return 1.0
    return max(_KINDRED.get(frozenset((a, b)), _OTHERWISE) for a in mine for b in theirs)
