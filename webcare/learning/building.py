"""Makes the model of the shipped examples, and models that learn from more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from webcare import playbooks
from webcare.domain.triage.learned import Model
from webcare.learning import examples, fitting, readers
from webcare.learning.examples import Example
from webcare.learning.judging import judge
from webcare.learning.report import Report

# What this desk's own people judged counts more than what was written for every desk.
OWN_WEIGHT = 5.0
# Of what is newly given, one in five is held back to judge both models by.
_HELD_BACK = 5
# The shipped examples that judge whether danger is still seen: one in ten, by their place.
_WATCHED = 10
_RECALL_MAY_LOSE = 0.01


@dataclass(frozen=True, slots=True)
class Learned:
    """A model fitted to more examples, with how it and the present one do on what neither was fitted to.

    `is_better` says whether it should be used; `why` says so in words.
    """

    model: Model
    before: Report
    after: Report
    is_better: bool
    why: str


def shipped(root: Path) -> Model:
    """Return a model of the examples that ship and those in `root`. Takes half a minute."""
    return fitting.fit(_given(root), readers.PlaybookReader(root))


def learn(own: Sequence[Example], present: Model, root: Path) -> Learned:
    """Return a model that also learned from `own`, judged beside the `present` one on those held back.

    Better is: it ranks the grave messages of those held back higher, and loses no more than one point
    of recall of the grave among the shipped ones. Raises ValueError for fewer than ten examples.
    """
    if len(own) < 2 * _HELD_BACK:
        raise ValueError(f"{len(own)} examples are too few to learn from. Give {2 * _HELD_BACK} or more.")
    held_back, known = _parted(own)
    all_shipped = _given(root)
    watched = all_shipped[::_WATCHED]
    reader = readers.PlaybookReader(root)
    trial = fitting.fit([*all_shipped, *known], reader)
    before, after = judge(held_back, present, root), judge(held_back, trial, root)
    seen, still_seen = judge(watched, present, root), judge(watched, trial, root)
    lost = seen.grave.recall - still_seen.grave.recall
    gained = _worth(after) - _worth(before)
    is_better = gained > 0 and lost <= _RECALL_MAY_LOSE
    why = (
        f"on {len(held_back)} examples held back: {_said(before)} before, {_said(after)} after; "
        f"recall of U0 and U1 on {len(watched)} shipped ones {seen.grave.recall:.3f} before, "
        f"{still_seen.grave.recall:.3f} after"
    )
    return Learned(trial, before, after, is_better, why)


def _given(root: Path) -> list[Example]:
    return examples.of_playbooks(playbooks.shipped(), root)


def _parted(own: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    held_back = list(own[::_HELD_BACK])
    known = [one for at, one in enumerate(own) if at % _HELD_BACK]
    return held_back, [replace(one, weight=OWN_WEIGHT, author=one.author or "this desk") for one in known]


def _worth(found: Report) -> float:
    return found.average_precision + found.macro_f1


def _said(found: Report) -> str:
    return f"ranking {found.average_precision:.3f}, macro-F1 {found.macro_f1:.3f}"
