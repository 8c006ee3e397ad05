"""How much a feature tells: the rarer among the messages so far, the more; learned as messages come in."""

from __future__ import annotations

import math
from collections.abc import Mapping

from webcare.domain.clusters.reading import Reading

# What a feature of each kind tells before anything is learned.
KINDS: Mapping[str, float] = {"matters": 1.0, "deeds": 0.65, "states": 0.75, "settings": 0.2, "needs": 0.6}
WORD = 0.5
# As if so many messages had been seen, in so many of them the feature: keeps the first hour calm.
_SEEN = 400
_WITH_IT = 4
_MOST_WORDS = 200_000
_STEM = "~"


class Weights:
    """Counts in how many messages each feature stood; takes the kinds of the concepts."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._bases = {name: KINDS.get(kind, 0.0) for name, kind in kinds.items()}
        self._counts: dict[str, int] = {}
        self._messages = 0

    def learn(self, reading: Reading) -> None:
        """Count one message."""
        self._messages += 1
        for name in (*reading.about, *reading.needs):
            self._counts[name] = self._counts.get(name, 0) + 1
        for word in reading.words:
            key = _STEM + word
            if key in self._counts or len(self._counts) < _MOST_WORDS:
                self._counts[key] = self._counts.get(key, 0) + 1

    def of(self, reading: Reading) -> tuple[dict[str, float], dict[str, float]]:
        """Return what each concept of a reading weighs now, and each of its own words.

        Words are kept apart from concepts by a mark, not by language: many stems are the same in two.
        """
        concepts = sorted(reading.about | reading.needs)
        return (
            {name: self._bases[name] * self._rarity(name) for name in concepts},
            {key: WORD * self._rarity(key) for word in sorted(reading.words) for key in (_STEM + word,)},
        )

    def _rarity(self, key: str) -> float:
        share = (self._messages + _SEEN) / (self._counts.get(key, 0) + _WITH_IT)
        return math.log(share) / math.log(_SEEN / _WITH_IT)
