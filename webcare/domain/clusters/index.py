"""Finds the clusters worth comparing with: by shared features, and by pairs of the heaviest of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from webcare.domain.clusters.likeness import Features

MOST_POSTINGS = 64
_HEAVIEST = 4
_CANDIDATES = 8
# Two heavy features together tell more than each alone, and their postings stay short in a flood.
_PAIR = 1.0


class Index:
    """Knows for each feature the clusters that showed it last, at most 64."""

    def __init__(self) -> None:
        self._postings: dict[str, list[int]] = {}

    def add(self, features: Features, cluster: int) -> None:
        """Note that `cluster` shows these features; it becomes the newest of each."""
        for key, _ in _keys(features):
            postings = self._postings.setdefault(key, [])
            if postings and postings[-1] == cluster:
                continue
            if cluster in postings:
                postings.remove(cluster)
            elif len(postings) == MOST_POSTINGS:
                postings.pop(0)
            postings.append(cluster)

    def forget(self, keys: Iterable[str], cluster: int) -> None:
        """Take `cluster` out of the postings of `keys`."""
        for key in keys:
            postings = self._postings.get(key)
            if postings and cluster in postings:
                postings.remove(cluster)
                if not postings:
                    del self._postings[key]

    def near(self, features: Features) -> list[int]:
        """Return the clusters that share most, at most 8, the likeliest first."""
        shared: dict[int, float] = {}
        for key, weight in _keys(features):
            for cluster in self._postings.get(key, ()):
                shared[cluster] = shared.get(cluster, 0.0) + weight
        ranked = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))
        return [cluster for cluster, _ in ranked[:_CANDIDATES]]


def keys_of(features: Features) -> list[str]:
    """Return the keys under which a message with these features is found."""
    return [key for key, _ in _keys(features)]


def _keys(features: Features) -> Iterator[tuple[str, float]]:
    """Yield each key with what sharing it tells."""
    heaviest = sorted(features.weights.items(), key=lambda pair: (-pair[1], pair[0]))[:_HEAVIEST]
    for name, weight in features.weights.items():
        yield name, weight * weight
    for (one, first), (other, second) in combinations(sorted(heaviest), 2):
        yield f"{one} {other}", _PAIR * first * second
