"""Decides what people may be told about the time until an answer: measured, never flattering, or nothing.

Source: domain.md R06, R07 and the formula in 2.3 (queue ahead over replies a minute, the 90th percentile,
rounded up, nothing below five replies), with two additions that hold in a rising surge: what the queue
grows by until the words are renewed, and how long those who still wait have waited already.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

KEY = "reply_eta"
EVERY = timedelta(minutes=5)
"""How often the live queue is measured."""
STALE = timedelta(minutes=10)
"""Words that were measured longer ago than this are hidden."""
WINDOW = timedelta(minutes=30)
LONG_WINDOW = timedelta(hours=4)
"""Looked at when too few people were answered in the last half hour."""
ENOUGH = 5
"""Fewer replies than this say nothing about the next one."""
STEPS = (15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 4320, 7200, 10_080)
"""Minutes that people say; past the last one nothing honest can be said."""
_HOUR, _DAY = 60, 1440
# In German after "innerhalb von", which bends the days.
_WORDS = {
    "en": (("minute", "minutes"), ("hour", "hours"), ("day", "days")),
    "nl": (("minuut", "minuten"), ("uur", "uur"), ("dag", "dagen")),
    "de": (("Minute", "Minuten"), ("Stunde", "Stunden"), ("Tag", "Tagen")),
    "fr": (("minute", "minutes"), ("heure", "heures"), ("jour", "jours")),
    "es": (("minuto", "minutos"), ("hora", "horas"), ("día", "días")),
}
NOT_YET = {
    "en": "we can't estimate that yet",
    "nl": "dat kunnen we nog niet schatten",
    "de": "das können wir noch nicht abschätzen",
    "fr": "nous ne pouvons pas encore l'estimer",
    "es": "todavía no podemos calcularlo",
}
"""The honest sentence of the fact per language, when it is unknown."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The live queue of one inbox and language.

    `waiting` people wait, `joined` of them began to in the last five minutes; `ages` are the minutes that
    they have waited so far. `waits` are the minutes that people waited who got a human reply in the last
    half hour, `long_waits` those of the last four hours (which hold the half hour's as well).
    """

    waiting: int
    joined: int
    ages: tuple[float, ...]
    waits: tuple[float, ...]
    long_waits: tuple[float, ...]


def measured(queue: Queue) -> int | None:
    """Return the median wait (whole minutes, up) of those answered in the last half hour; None for nobody."""
    return math.ceil(median(queue.waits)) if queue.waits else None


def expected(queue: Queue) -> int | None:
    """Return the minutes to publish, a step that people say; None when nothing honest can be said.

    The most pessimistic of: how long nine in ten waited; everybody ahead over the replies a minute, with
    what the queue grows by in the ten minutes that the words stand; the median age of those who still
    wait; and their oldest while too few were answered lately. Never below the measured median; never lower
    because more people wait. None below five replies in four hours, and past a week.
    """
    base, window = (queue.waits, WINDOW) if len(queue.waits) >= ENOUGH else (queue.long_waits, LONG_WINDOW)
    if len(base) < ENOUGH:
        return None
    per_minute = len(base) / (window / timedelta(minutes=1))
    growth = max(0.0, queue.joined / (EVERY / timedelta(minutes=1)) - per_minute)
    ahead = max(queue.waiting, 0) + 1 + growth * (STALE / timedelta(minutes=1))
    found = [ahead / per_minute, percentile(base, 0.9)]
    if queue.waits:
        found.append(percentile(queue.waits, 0.9))
    if queue.ages:
        found.append(percentile(queue.ages, 0.5 if window == WINDOW else 1.0))
    return rounded(max(found))


def rounded(minutes: float) -> int | None:
    """Return the next step up that people say, 15 minutes at least; None past a week."""
    return next((step for step in STEPS if minutes <= step), None)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest of `values` that at least `share` (0 to 1) of them don't exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def words(minutes: int | None) -> dict[str, str]:
    """Return the words for minutes per language, such as "2 hours"; none at all when nothing is known."""
    if minutes is None:
        return {}
    return {code: _said(minutes, units) for code, units in _WORDS.items()}


def _said(minutes: int, units: Sequence[tuple[str, str]]) -> str:
    unit, length = next(
        each for each in zip((2, 1, 0), (_DAY, _HOUR, 1), strict=True) if not minutes % each[1]
    )
    one, many = units[unit]
    number = minutes // length
    return f"{number} {one if number == 1 else many}"


def fact_key(inbox_slug: str, language: str) -> str:
    """Return the key under which the register keeps the time of one inbox and language."""
    return f"{KEY}.{inbox_slug}.{language}"


def declared(key: str) -> str:
    """Return the key that playbooks declare for a key of the register."""
    return KEY if key.startswith(f"{KEY}.") else key


def is_fresh(measured_at: datetime, now: datetime) -> bool:
    """Return whether words that were measured then may still be shown."""
    return now - measured_at <= STALE
