"""Reads one clock time ("06:40", "7u", "9pm", "om 8 uur", "at two") from words."""

from __future__ import annotations

import re
from typing import NamedTuple

from webcare.domain.triage import time_words as say

_WRITTEN = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(am|pm|uur|uhr|u|h)?")
_LAST_HOUR = 24
_NOON = 12
_SMALLEST_NIGHT_HOUR = 7


class Clock(NamedTuple):
    """Hour (0 to 24), minute, and the number of the last word that said so."""

    hour: int
    minute: int
    last: int


def number_of(word: str) -> float | None:
    """Return the number that a word says, in digits (up to 4) or in letters; None when it says none."""
    if word.isascii() and word.isdecimal():
        return float(word) if len(word) <= 4 else None  # noqa: PLR2004 (longer is a code, not a count)
    return say.NUMBERS.get(word)


def clock_at(folded: list[str], at: int, *, strict: bool) -> Clock | None:
    """Return the clock time that begins at word `at`, or None.

    `strict` asks for a preposition or unit ("at 8", "8 uur") and refuses "it's 9pm" and "22:40 nu",
    which tell what time it is; without it a bare "06:40" or "7u" will do.
    """
    is_written = folded[at][0].isdecimal()
    if not is_written and folded[at] not in say.NUMBERS:
        return None
    before = folded[at - 1] if at else ""
    after = folded[at + 1] if at + 1 < len(folded) else ""
    if before in say.SINCE or (strict and (before in say.IT_IS - {"is"} or after in say.NOW)):
        return None
    match = _WRITTEN.fullmatch(folded[at]) if is_written else None
    has_preposition = before in say.BEFORE_CLOCK
    if match is None:
        return _in_letters(folded, at, has_preposition=has_preposition)
    hour, minute, mark = int(match[1]), int(match[2] or 0), match[3]
    last = at
    if mark is None and after in say.CLOCK_UNITS and before not in say.AHEAD:
        mark, last = after, at + 1
    if strict and not has_preposition:
        return None
    if match[2] is None and mark is None and not has_preposition:
        return None
    return _checked(hour, minute, mark, last)


def _in_letters(folded: list[str], at: int, *, has_preposition: bool) -> Clock | None:
    hour = say.NUMBERS.get(folded[at])
    if hour is None or not 2 <= hour <= _NOON or not has_preposition:  # noqa: PLR2004
        return None
    if folded[at + 1 : at + 2] and folded[at + 1] in set(say.UNITS) - say.CLOCK_UNITS:
        return None
    following = folded[at + 1] if at + 1 < len(folded) else ""
    afternoon = hour < _SMALLEST_NIGHT_HOUR and following not in {"am", "uur", "uhr", "heures"}
    return Clock(hour + _NOON if afternoon and hour != _NOON else hour, 0, at)


def _checked(hour: int, minute: int, mark: str | None, last: int) -> Clock | None:
    if mark == "pm" and hour < _NOON:
        hour += _NOON
    if mark == "am" and hour == _NOON:
        hour = 0
    if hour > _LAST_HOUR or minute > 59:  # noqa: PLR2004
        return None
    return Clock(hour, minute, last)
