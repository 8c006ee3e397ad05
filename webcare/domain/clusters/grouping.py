"""Puts messages into clusters one by one, as they come in; the same order gives the same clusters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webcare.domain.clusters.index import Index, keys_of
from webcare.domain.clusters.likeness import Features, likeness, weigh
from webcare.domain.clusters.reading import Reading
from webcare.domain.clusters.weights import Weights

# From here on a message is worth showing beside a cluster, and from here on it surely asks the same.
SUGGEST = 0.45
SURE = 0.78
# A text that shows fewer features may mean anything: it is never more than suggested.
FEWEST_FEATURES = 3
# Of each cluster so many messages are compared with, those that differ most from each other.
_SAMPLES = 8
_NEAREST = 3
_OF_THE_NEAREST = 0.3
_SAME_AGAIN = 0.92
# One sentence tells less surely than the whole message what somebody wants.
_OF_A_PART = 0.85
# Alone so long that so many others came since: forgotten, so that memory stays bounded.
_MOST_CLUSTERS = 20_000


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a message belongs: the cluster's number, how alike it is (0 to 1), and whether that is sure.

    A message that opens a cluster of its own has `score` 0 and `is_new` true.
    """

    cluster: int
    score: float
    is_sure: bool
    is_new: bool = False


@dataclass(slots=True)
class _Cluster:
    samples: list[Features] = field(default_factory=list)
    size: int = 0


class Grouping:
    """All clusters of one stream; takes the kinds of the concepts, and the thresholds when others hold."""

    def __init__(self, kinds: Mapping[str, str], suggest: float = SUGGEST, sure: float = SURE) -> None:
        self.weights = Weights(kinds)
        self._suggest = suggest
        self._sure = sure
        self._index = Index()
        self._clusters: dict[int, _Cluster] = {}
        self._opened = 0

    def place(self, reading: Reading) -> Placement:
        """Return the cluster of one message, which counts in it from now on."""
        self.weights.learn(reading)
        features = weigh(reading, self.weights)
        best, score = self._best(features)
        is_whole = score >= self._suggest
        if not is_whole:
            best, score = self._best_part(reading)
        if best is None or score < self._suggest:
            return self._open(features)
        self._join(best, features if is_whole else None)
        is_sure = is_whole and score >= self._sure and len(features.weights) >= FEWEST_FEATURES
        return Placement(best, score, is_sure)

    def _best(self, features: Features) -> tuple[int | None, float]:
        best, highest = None, 0.0
        for number in self._index.near(features):
            score = _compared(features, self._clusters[number])
            if score > highest:
                best, highest = number, score
        return best, highest

    def _best_part(self, reading: Reading) -> tuple[int | None, float]:
        """Return the best cluster for one of the sentences: people ask amid a story, or ask for more."""
        best, highest = None, 0.0
        for part in reading.parts:
            number, score = self._best(weigh(part, self.weights))
            if score * _OF_A_PART > highest:
                best, highest = number, score * _OF_A_PART
        return best, highest

    def _open(self, features: Features) -> Placement:
        self._opened += 1
        number = self._opened
        if not features.is_bare:
            self._clusters[number] = _Cluster([features], 1)
            self._index.add(features, number)
            self._forget_one()
        return Placement(number, 0.0, is_sure=False, is_new=True)

    def _join(self, number: int, features: Features | None) -> None:
        """Count a message in a cluster; with `features` others are compared with it too, if it differs."""
        cluster = self._clusters.pop(number)
        self._clusters[number] = cluster
        cluster.size += 1
        if (
            features is not None
            and len(cluster.samples) < _SAMPLES
            and all(
                likeness(features, one) < _SAME_AGAIN or one.reading.language != features.reading.language
                for one in cluster.samples
            )
        ):
            cluster.samples.append(features)
            self._index.add(features, number)

    def _forget_one(self) -> None:
        """Forget the cluster that nobody joined for longest, when there are too many."""
        if len(self._clusters) <= _MOST_CLUSTERS:
            return
        number = next(iter(self._clusters))
        for sample in self._clusters.pop(number).samples:
            self._index.forget(keys_of(sample), number)


def _compared(features: Features, cluster: _Cluster) -> float:
    """Return how alike a message is to a cluster: to its nearest message, more so to its nearest three."""
    scores = sorted((likeness(features, one) for one in cluster.samples), reverse=True)[:_NEAREST]
    return _OF_THE_NEAREST * scores[0] + (1 - _OF_THE_NEAREST) * sum(scores) / len(scores)
