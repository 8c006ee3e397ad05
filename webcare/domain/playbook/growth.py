"""Decides how far a playbook has grown, from what was practised with it and not from what it claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Stage = Literal["pioneer", "serious", "integrated"]
STAGES: tuple[Stage, ...] = ("pioneer", "serious", "integrated")


@dataclass(frozen=True, slots=True)
class Practice:
    """One thing that was done or not: the stage that asks for it, what was measured, what is missing."""

    key: str
    stage: Stage
    is_done: bool
    figure: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """The stage of a playbook with every practice; `next_stage` is None when it has grown out."""

    stage: Stage
    next_stage: Stage | None
    practices: tuple[Practice, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what the next stage still asks for, a sentence each."""
        open_ = (each for each in self.practices if not each.is_done)
        return tuple(each.missing for each in open_ if each.stage == self.next_stage)


def measured(practices: Sequence[Practice]) -> Growth:
    """Return the highest stage whose practices, and those of every stage below it, are all done."""
    reached = STAGES[0]
    for stage in STAGES[1:]:
        if not all(each.is_done for each in practices if each.stage == stage):
            break
        reached = stage
    at = STAGES.index(reached)
    return Growth(reached, STAGES[at + 1] if at + 1 < len(STAGES) else None, tuple(practices))
