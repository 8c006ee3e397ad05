"""Turns readings into the sparse matrix that a fit takes, by the very numbers that the model scores with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from webcare.domain.triage.learned import features
from webcare.domain.triage.reading import Reading

Rarity = NDArray[np.float16]


def rarity(readings: Sequence[Reading]) -> Rarity:
    """Return how much each word's row counts: the logarithm of how few readings hold it.

    An inverse document frequency, smoothed by one reading and scaled to about 0.1 to 1.2.
    """
    held = Counter(
        row for reading in readings for row in {features.bucket(f"<{word}>") for word in reading.words.folded}
    )
    counts = np.zeros(features.BUCKETS)
    counts[list(held)] = list(held.values())
    return np.asarray(np.log((1 + len(readings)) / (1 + counts)) / 8 + 0.1, np.float16)


def matrix(readings: Sequence[Reading], rare: Rarity) -> csr_matrix:
    """Return one row a reading, `BUCKETS` columns; `rare` is what `rarity` gave for what is fitted on."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for reading in readings:
        for column, value in _row(reading, rare):
            columns.append(column)
            values.append(value)
        ends.append(len(columns))
    found = csr_matrix(
        (np.array(values, np.float32), np.array(columns, np.int32), np.array(ends)),
        shape=(len(readings), features.BUCKETS),
    )
    found.sum_duplicates()
    return found


def _row(reading: Reading, rare: Rarity) -> Iterable[tuple[int, float]]:
    words = {word: features.parts(word) for word in set(reading.words.folded)}
    weights = {word: float(rare[rows[0]]) for word, rows in words.items()}
    length = (features.DAMPING + sum(weight * weight for weight in weights.values())) ** 0.5
    for word, rows in words.items():
        weight = weights[word] / length
        for row in rows:
            yield row, weight / len(rows) ** 0.5
        yield rows[0], weight * features.WHOLE_WORD_WEIGHT
    for rows, weight in (
        (features.pairs(reading.words.folded), features.PAIRS_WEIGHT),
        (features.marks(reading), 1.0),
    ):
        for row in rows:
            yield row, weight / len(rows) ** 0.5
