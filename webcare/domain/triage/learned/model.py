"""A trained model: a table of small weights that is mapped from disk, and how it scores a reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from webcare.domain.triage.learned import features
from webcare.domain.triage.reading import Reading
from webcare.domain.urgency import Urgency

_LEVELS = len(Urgency)
# About the words of a day in five languages, in less than 10 MB.
_REMEMBERED = 16_384

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model makes of one reading.

    `levels` holds a probability for U0 to U4 that sums to 1, `intents` one for each intent it knows.
    """

    levels: tuple[float, ...]
    intents: dict[str, float]

    @property
    def risk(self) -> float:
        """Return the probability that the message is safety or critical (U0 or U1)."""
        return self.levels[0] + self.levels[1]


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a model but its tables: small enough to read as JSON.

    `bias` and `scale` have one number per output: five levels, then `intents` in order. `mixing` and
    `shift` turn raw level scores into calibrated ones. `alarm` is the risk from which a message counts
    as U0 or U1, `floor` the risk below which not even a rule raises it there.
    """

    version: str
    intents: tuple[str, ...]
    bias: tuple[float, ...]
    scale: tuple[float, ...]
    mixing: tuple[tuple[float, ...], ...]
    shift: tuple[float, ...]
    alarm: float
    floor: float
    report: dict[str, Any] = field(default_factory=dict)


class Model:
    """A trained model, safe to share between threads and forked processes."""

    def __init__(self, head: Head, table: NDArray[np.int8], rarity: NDArray[np.float16]) -> None:
        """Take `table` of shape (BUCKETS, outputs) and `rarity` of shape (BUCKETS,)."""
        self.head = head
        # A plain view of what is mapped: each look into a `memmap` would make a new `memmap`, which is slow.
        self._table, self._rarity = np.asarray(table), rarity
        self._bias = np.array(head.bias, np.float32)
        self._scale = np.array(head.scale, np.float32)
        self._mixing = np.array(head.mixing, np.float32)
        self._shift = np.array(head.shift, np.float32)
        self._words: dict[str, tuple[Vector, float]] = {}

    @property
    def version(self) -> str:
        """Return the name of this very model; it stands on every assessment that it took part in."""
        return self.head.version

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the model kept in `folder`. Raises OSError or ValueError when it isn't whole."""
        given = json.loads((folder / "head.json").read_text("utf-8"))
        given = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
        given["mixing"] = tuple(tuple(row) for row in given["mixing"])
        table = np.load(folder / "table.npy", mmap_mode="r")
        return cls(Head(**given), table, np.load(folder / "rarity.npy"))

    def save(self, folder: Path) -> None:
        """Write the model into `folder`, which exists and is empty."""
        np.save(folder / "table.npy", self._table)
        np.save(folder / "rarity.npy", self._rarity)
        head = {name: getattr(self.head, name) for name in Head.__slots__}
        (folder / "head.json").write_text(json.dumps(head, indent=1), "utf-8")

    def score(self, reading: Reading) -> Scores:
        """Return what the model makes of `reading`."""
        raw = self._raw(reading)
        calibrated = self._mixing @ raw[:_LEVELS] + self._shift
        chances = np.exp(calibrated - calibrated.max())
        chances /= chances.sum()
        likely = 1 / (1 + np.exp(-raw[_LEVELS:]))
        named = zip(self.head.intents, likely.tolist(), strict=True)
        return Scores(tuple(chances.tolist()), dict(named))

    def _raw(self, reading: Reading) -> Vector:
        total = np.zeros(len(self._bias), np.float32)
        rarest = features.DAMPING
        for word in dict.fromkeys(reading.words.folded):
            vector, rarity = self._words.get(word) or self._look(word)
            total += vector
            rarest += rarity * rarity
        if rarest:
            total /= rarest**0.5
        for rows, weight in (
            (features.pairs(reading.words.folded), features.PAIRS_WEIGHT),
            (features.marks(reading), 1.0),
        ):
            if rows:
                total += self._sum(rows) * (weight / len(rows) ** 0.5)
        result: Vector = total + self._bias
        return result

    def _sum(self, rows: list[int]) -> Vector:
        found = self._table.take(rows, axis=0)
        result: Vector = np.add.reduce(found, axis=0, dtype=np.float32) * self._scale
        return result

    def _look(self, word: str) -> tuple[Vector, float]:
        rows = features.parts(word)
        rarity = float(self._rarity[rows[0]])
        vector = self._sum(rows) / len(rows) ** 0.5 + self._sum(rows[:1]) * features.WHOLE_WORD_WEIGHT
        if len(self._words) >= _REMEMBERED:
            self._words.clear()
        known = self._words[word] = vector * rarity, rarity
        return known
