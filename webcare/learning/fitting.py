"""Fits a model to examples: levels and intents on everything, calibration on authors it did not see."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from webcare.domain.triage.learned.model import Head, Model
from webcare.domain.triage.reading import Reading
from webcare.domain.urgency import Urgency
from webcare.learning.examples import Example
from webcare.learning.matrices import matrix, rarity

_LEVELS = len(Urgency)
# How freely levels and intents are fitted, from a search over whole authors left out (benchmarks/triage).
_STRENGTH = 20.0
_FOLDS = 4
_FEWEST_OF_AN_INTENT = 12
_MOST_ROUNDS = 200
# Missing somebody in danger costs far more than a false alarm (domain.md 4.2).
_RECALL_WANTED = 0.975
_PRECISION_KEPT = 0.67
_STEPS = 127

Numbers = NDArray[np.float32]
Reader = Callable[[Example], Sequence[Reading]]


@dataclass(frozen=True, slots=True)
class _Data:
    """Readings with what is known of them, all of one length; an example may have several readings."""

    readings: list[Reading]
    examples: list[Example]

    @property
    def levels(self) -> NDArray[np.int64]:
        return np.array([int(one.level) for one in self.examples])

    @property
    def weights(self) -> Numbers:
        return np.array([one.weight for one in self.examples], np.float32)


def fit(examples: Sequence[Example], reader: Reader) -> Model:
    """Return a model of `examples`; `reader` gives the readings of one, by each set of rules that may hold.

    Deterministic: the same examples and rules give the same model. Takes some 30 s for 5,000 examples.
    Raises ValueError when a level has no example.
    """
    missing = [level.name for level in Urgency if all(one.level != level for one in examples)]
    if missing:
        message = f"No example of {', '.join(missing)}. A model needs some of every level."
        raise ValueError(message)
    pairs = [(reading, one) for one in examples for reading in reader(one)]
    data = _Data([reading for reading, _ in pairs], [one for _, one in pairs])
    rare = rarity(data.readings)
    rows = matrix(data.readings, rare)
    mixing, shift, alarm = _calibrated(rows, data)
    intents = _names(examples)
    weights, bias = _level_fit(rows, data)
    more_weights, more_bias = _intent_fits(rows, data, intents)
    table, scale = _squeezed(np.hstack([weights, more_weights]))
    head = Head(
        version=_version(table, alarm),
        intents=intents,
        bias=tuple(map(float, np.concatenate([bias, more_bias]))),
        scale=tuple(map(float, scale)),
        mixing=tuple(tuple(map(float, row)) for row in mixing),
        shift=tuple(map(float, shift)),
        alarm=alarm,
        floor=alarm * 0.8,
        report={"examples": len(examples)},
    )
    return Model(head, table, rare)


def _level_fit(rows: csr_matrix, data: _Data) -> tuple[Numbers, Numbers]:
    """Return weights (BUCKETS, 5) and bias (5) of a multinomial logistic regression, levels balanced."""
    fitted = LogisticRegression(C=_STRENGTH, class_weight="balanced", max_iter=_MOST_ROUNDS, tol=1e-3)
    fitted.fit(rows, data.levels, sample_weight=data.weights)
    return fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32)


def _intent_fits(rows: csr_matrix, data: _Data, intents: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return weights and bias of one logistic regression per intent: a message may have several."""
    weights = np.zeros((rows.shape[1], len(intents)), np.float32)
    bias = np.zeros(len(intents), np.float32)
    for at, intent in enumerate(intents):
        shown = np.array([intent in one.intents for one in data.examples])
        fitted = LogisticRegression(C=_STRENGTH, solver="liblinear", tol=1e-2, random_state=0)
        fitted.fit(rows, shown, sample_weight=np.where(shown, 2.0, 1.0) * data.weights)
        weights[:, at], bias[at] = fitted.coef_[0], fitted.intercept_[0]
    return weights, bias


def _calibrated(rows: csr_matrix, data: _Data) -> tuple[Numbers, Numbers, float]:
    """Return mixing, shift and alarm, from scores of each author by a fit that never saw that author."""
    scores = np.zeros((rows.shape[0], _LEVELS), np.float32)
    authors = [one.author for one in data.examples]
    folds = GroupKFold(min(_FOLDS, len(set(authors)))) if len(set(authors)) > 1 else None
    if folds is None:
        return np.eye(_LEVELS, dtype=np.float32), np.zeros(_LEVELS, np.float32), 0.3
    for known, left_out in folds.split(rows, groups=authors):
        part = _Data([], [data.examples[at] for at in known])
        weights, bias = _level_fit(rows[known], part)
        scores[left_out] = rows[left_out] @ weights + bias
    link = LogisticRegression(C=1.0, max_iter=_MOST_ROUNDS)
    link.fit(scores, data.levels, sample_weight=data.weights)
    risk = link.predict_proba(scores)[:, :2].sum(axis=1)
    # What was spelled out of a pattern is easier than what people write; it would make us too sure.
    single = data.weights >= 1
    alarm = _alarm(risk[single], data.levels[single] <= Urgency.U1)
    return link.coef_.astype(np.float32), link.intercept_.astype(np.float32), alarm


def _alarm(risk: NDArray[np.float64], is_grave: NDArray[np.bool_]) -> float:
    """Return the risk that counts as grave: low enough for the recall wanted, while alarms stay believed."""
    order = np.argsort(-risk)
    found = np.cumsum(is_grave[order])
    recall, precision = found / found[-1], found / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(recall >= _RECALL_WANTED)[0]
    believed = np.flatnonzero(precision >= _PRECISION_KEPT)[-1]
    return float(risk[order[min(enough, believed)]])


def _names(examples: Sequence[Example]) -> tuple[str, ...]:
    held = Counter(intent for one in examples for intent in set(one.intents))
    return tuple(sorted(intent for intent, count in held.items() if count >= _FEWEST_OF_AN_INTENT))


def _squeezed(weights: Numbers) -> tuple[NDArray[np.int8], Numbers]:
    """Return the weights as whole steps of one byte, and the size of a step per output."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / _STEPS
    return np.rint(weights / scale).astype(np.int8), scale.astype(np.float32)


def _version(table: NDArray[np.int8], alarm: float) -> str:
    return hashlib.sha256(table.tobytes() + str(round(alarm, 6)).encode()).hexdigest()[:12]
