"""How much a feature tells: the rarer among the messages so far, the more; learned as messages come in."""

from __future__ import annotations

import math
from collections.abc import Mapping

from webcare.domain.clusters.reading import Reading

# What a feature of each kind tells before anything is learned.
KINDS: Mapping[str, float] = {"matters": 1.0, "deeds": 0.65, "states": 0.75, "settings": 0.2}
WORD = 0.5
# As if so many messages had been seen, in so many of them the feature: keeps the first hour calm.
_SEEN = 400
_WITH_IT = 4
_MOST_WORDS = 200_000


class Weights:
    """Counts in how many messages each feature stood; takes the kinds of the concepts."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self._bases = {name: KINDS.get(kind, 0.0) for name, kind in kinds.items()}
        self._counts: dict[str, int] = {}
        self._messages = 0

    def learn(self, reading: Reading) -> None:
        """Count one message."""
        self._messages += 1
        counts = self._counts
        for name in reading.about:
            counts[name] = counts.get(name, 0) + 1
        for word in reading.words:
            key = f"{reading.language}:{word}"
            if key in counts or len(counts) < _MOST_WORDS:
                counts[key] = counts.get(key, 0) + 1

    def of_concept(self, name: str) -> float:
        """Return the weight of a matter, deed, state or setting."""
        return self._bases[name] * self._rarity(name)

    def of_word(self, word: str, language: str) -> float:
        """Return the weight of a stem in a language."""
        return WORD * self._rarity(f"{language}:{word}")

    def _rarity(self, key: str) -> float:
        share = (self._messages + _SEEN) / (self._counts.get(key, 0) + _WITH_IT)
        return math.log(share) / math.log(_SEEN / _WITH_IT)
