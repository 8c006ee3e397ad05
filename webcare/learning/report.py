"""Judges assessments against the levels people gave: recall, precision, ranking, the worst mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webcare.domain.triage.assessment import Assessment
from webcare.domain.urgency import Urgency
from webcare.learning.examples import Example

TOP_SHARE = 0.2
_WORST = 10
_GRAVE = Urgency.U1


@dataclass(frozen=True, slots=True)
class Rates:
    """Recall, precision and their harmonic mean (0 to 1) over `count` that people put there."""

    recall: float
    precision: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """How well a list of messages was assessed.

    `levels` per level, `grave` for U0 and U1 together; `average_precision` and `in_top` tell how well
    the scores rank the grave ones; `intents` is the F1 over all intents, None when none were given.
    """

    messages: int
    accuracy: float
    macro_f1: float
    levels: dict[str, Rates]
    grave: Rates
    average_precision: float
    in_top: float
    intents: float | None
    languages: dict[str, dict[str, float]]
    worst: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return the report as values that `json.dumps` takes."""
        return asdict(self)


def judged(examples: Sequence[Example], assessed: Sequence[Assessment]) -> Report:
    """Return the report on assessments of these examples, in the same order.

    A level that the example also allows counts as right. Raises ValueError for an empty list.
    """
    if not examples:
        message = "There is nothing to judge: no examples."
        raise ValueError(message)
    wanted = [_wanted(one, said) for one, said in zip(examples, assessed, strict=True)]
    given = [said.level for said in assessed]
    scores = [said.score for said in assessed]
    levels = {level.name: _rates(wanted, given, {level}) for level in Urgency}
    present = [rates.f1 for name, rates in levels.items() if rates.count or Urgency[name] in given]
    return Report(
        messages=len(examples),
        accuracy=_share(one == other for one, other in zip(wanted, given, strict=True)),
        macro_f1=sum(present) / len(present),
        levels=levels,
        grave=_rates(wanted, given, {Urgency.U0, Urgency.U1}),
        average_precision=average_precision([level <= _GRAVE for level in wanted], scores),
        in_top=_in_top([level <= _GRAVE for level in wanted], scores),
        intents=_intents_f1(examples, assessed),
        languages=_by_language(examples, wanted, given),
        worst=_worst(examples, assessed),
    )


def average_precision(is_wanted: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the mean, over those wanted, of the precision at their rank; 0.0 when none is wanted."""
    ranked = sorted(zip(scores, is_wanted, strict=True), key=lambda pair: -pair[0])
    found, total = 0, 0.0
    for rank, (_, wanted) in enumerate(ranked, start=1):
        if wanted:
            found += 1
            total += found / rank
    return total / found if found else 0.0


def _wanted(one: Example, said: Assessment) -> Urgency:
    return said.level if said.level in one.also else one.level


def _rates(wanted: Sequence[Urgency], given: Sequence[Urgency], levels: set[Urgency]) -> Rates:
    right = sum(one in levels and other in levels for one, other in zip(wanted, given, strict=True))
    count, said = sum(one in levels for one in wanted), sum(one in levels for one in given)
    recall, precision = right / count if count else 0.0, right / said if said else 0.0
    f1 = 2 * right / (count + said) if count + said else 0.0
    return Rates(recall, precision, f1, count)


def _share(truths: Iterable[bool]) -> float:
    found = list(truths)
    return sum(found) / len(found)


def _in_top(is_wanted: Sequence[bool], scores: Sequence[float]) -> float:
    """Return which share of those wanted stands in the first fifth of the queue."""
    ranked = sorted(zip(scores, is_wanted, strict=True), key=lambda pair: -pair[0])
    top = ranked[: max(1, round(len(ranked) * TOP_SHARE))]
    total = sum(is_wanted)
    return sum(wanted for _, wanted in top) / total if total else 0.0


def _intents_f1(examples: Sequence[Example], assessed: Sequence[Assessment]) -> float | None:
    pairs = [
        (set(one.intents), set(said.intents))
        for one, said in zip(examples, assessed, strict=True)
        if one.intents
    ]
    if not pairs:
        return None
    right = sum(len(one & other) for one, other in pairs)
    return 2 * right / sum(len(one) + len(other) for one, other in pairs)


def _by_language(
    examples: Sequence[Example], wanted: Sequence[Urgency], given: Sequence[Urgency]
) -> dict[str, dict[str, float]]:
    found = {}
    for language in sorted({one.language or "?" for one in examples}):
        at = [number for number, one in enumerate(examples) if (one.language or "?") == language]
        rates = _rates([wanted[one] for one in at], [given[one] for one in at], {Urgency.U0, Urgency.U1})
        found[language] = {
            "messages": len(at),
            "grave_recall": rates.recall,
            "grave_precision": rates.precision,
            "accuracy": _share(wanted[one] == given[one] for one in at),
        }
    return found


def _worst(examples: Sequence[Example], assessed: Sequence[Assessment]) -> list[dict[str, Any]]:
    """Return the messages assessed furthest from their level, those judged too calm first."""
    off = [
        (said.level - one.level, one, said)
        for one, said in zip(examples, assessed, strict=True)
        if said.level != one.level and said.level not in one.also
    ]
    off.sort(key=lambda found: (-found[0] if found[0] > 0 else 0, found[0]))
    return [
        {"wanted": one.level.name, "given": said.level.name, "score": round(said.score, 3), "text": one.text}
        for _, one, said in off[:_WORST]
    ]
