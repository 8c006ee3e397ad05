"""Estimates how many people are short in the coming shift, and in which languages.

Source: domain.md 5.1, first hour, T+25: (arrivals an hour - replies an hour) x 4 h; call volunteers above 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

SHIFT = timedelta(hours=4)
PACE = 8.0
"""Conversations that one person answers in an hour, while too little was measured to say better."""
ENOUGH = 10
"""Replies in an hour from which the desk's own pace is used."""
FEW = 5
"""Fewer conversations in an hour than this are no reason to call anybody."""
_SLOWEST, _QUICKEST = 2.0, 30.0
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Flow:
    """One hour in one language: conversations that came, that people answered, and that wait now.

    `people` answered in it, of whom `leaving` have a shift that ends before the coming one begins.
    """

    arrivals: int
    replies: int
    waiting: int
    people: int = 0
    leaving: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """What one language lacks: conversations left over after four hours, and people to answer them."""

    language: str
    flow: Flow
    left_over: int
    short: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """The coming shift: when it begins and ends, the pace of one person, and the need per language."""

    begins_at: datetime
    ends_at: datetime
    pace: float
    needs: tuple[Need, ...]

    @property
    def short(self) -> int:
        """Return how many people are short in all."""
        return sum(each.short for each in self.needs)

    @property
    def left_over(self) -> int:
        """Return how many conversations would be left over after the shift at this pace."""
        return sum(each.left_over for each in self.needs)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages in which people are short, the worst first; `und` can't be asked for."""
        lacking = [each for each in self.needs if each.short and each.language != "und"]
        return tuple(each.language for each in sorted(lacking, key=lambda each: -each.short))

    @property
    def shift(self) -> str:
        """Return the shift as people say it, such as `18:00-22:00`."""
        return f"{self.begins_at:%H:%M}-{self.ends_at:%H:%M}"


def estimate(flows: Mapping[str, Flow], local_now: datetime) -> Estimate:
    """Return what the coming shift lacks, by the flow of the last hour per language.

    `local_now` is aware, in the zone in which people work. Whoever leaves takes their share along.
    """
    begins = coming_shift(local_now)
    pace = _pace(flows)
    needs = tuple(_need(language, flow, pace) for language, flow in sorted(flows.items()))
    return Estimate(begins, begins + SHIFT, pace, needs)


def coming_shift(local_now: datetime) -> datetime:
    """Return when the next shift begins: 02:00, 06:00, 10:00, 14:00, 18:00 or 22:00, local time."""
    begins = local_now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return begins + timedelta(hours=(2 - begins.hour) % 4)


def backlog_in(flows: Mapping[str, Flow], hours: float) -> int:
    """Return how many conversations will wait after so many hours if everything goes on like this."""
    growth = sum(each.arrivals - each.replies for each in flows.values())
    return max(0, round(sum(each.waiting for each in flows.values()) + growth * hours))


def gap(found: Estimate, link: str) -> str:
    """Return the call to volunteers."""
    listed = ", ".join(found.languages[:_SHOWN]) or "any"
    noun = "person" if found.short == 1 else "people"
    return f"{found.short} {noun} short for {found.shift}, languages {listed}. Sign up: {link}"


def _pace(flows: Mapping[str, Flow]) -> float:
    replies = sum(each.replies for each in flows.values())
    people = sum(each.people for each in flows.values())
    if replies < ENOUGH or not people:
        return PACE
    return min(_QUICKEST, max(_SLOWEST, replies / people))


def _need(language: str, flow: Flow, pace: float) -> Need:
    staying = 1 - flow.leaving / flow.people if flow.people else 1.0
    lacking = max(0.0, flow.arrivals - flow.replies * staying)
    if flow.arrivals < FEW:
        lacking = 0.0
    hours = SHIFT / timedelta(hours=1)
    return Need(language, flow, math.ceil(lacking * hours), math.ceil(lacking / pace))
