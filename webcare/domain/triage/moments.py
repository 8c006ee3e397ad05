"""Reads when: relative, weekday, date and clock expressions of five languages become aware moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from webcare.domain.triage import time_words as say
from webcare.domain.triage.clock_times import Clock, clock_at, number_of
from webcare.domain.triage.words import Words

_WEEK = 7
# A qualifier ("06:40", "evening") belongs to a day that stands at most this many words away.
_NEAR = 4
_FAR_FUTURE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that the text names: when (aware, local), how it is said in English, and its words."""

    at: datetime
    says: str
    first: int
    last: int


class _Day(NamedTuple):
    offset: int
    part: str | None
    last: int


def read_moments(words: Words, received: datetime) -> list[Moment]:
    """Return the moments to come that the words name, in order; `received` is aware, in the contact's zone.

    What is past ("since 9:00", "last Sunday", "two hours ago") and what only tells the time now
    ("it's 9pm") is left out. Day-only expressions count from the hour they begin to bite: 08:00 for a
    plain day, the end of the day for "today".
    """
    found: list[Moment] = []
    last = -1
    for at in [at for at, word in enumerate(words.folded) if word[:3] in _HEADS or not ":" <= word < "{"]:
        if at > last and _may_start(words.folded[at]):
            moment = _read(words, at, received)
            if moment is not None:
                # "at 6am tomorrow" is read at the hour and again at the day: one moment.
                if not found or found[-1].at != moment.at:
                    found.append(moment)
                last = moment.last
    return found


def _may_start(word: str) -> bool:
    return word in _STARTS or word[0].isdecimal() or _compound(word) is not None


_STARTS = frozenset(
    set(say.DAYS) | set(say.TODAY_PARTS) | set(say.WEEKDAYS) | set(say.MONTHS) | set(say.NUMBERS)
    | set(say.PARTS) | {"half", "halve", "anderhalf", "demi"}
)  # fmt: skip
# Three letters tell of nearly all words that they name no time; compounds begin with "morgen" or a weekday.
_HEADS = frozenset(word[:3] for word in _STARTS)
_DAY_WORDS = frozenset({*say.DAYS, *say.TODAY_PARTS, *say.WEEKDAYS, *say.PARTS})


def _read(words: Words, at: int, received: datetime) -> Moment | None:
    if _is_past(words, at):
        return None
    return (
        _duration(words, at, received)
        or _date(words, at, received)
        or _on_day(words, at, received)
        or _clock_alone(words, at, received)
    )


def _is_past(words: Words, at: int) -> bool:
    return not say.SINCE.isdisjoint(words.folded[max(0, at - 2) : at])


def _duration(words: Words, at: int, received: datetime) -> Moment | None:
    """Read "in an hour", "over 2 uur", "nog drie dagen", "two hours left", "half an hour"."""
    folded = words.folded
    if say.UNITS.keys().isdisjoint(folded[at + 1 : at + 4]):
        return None
    here, count = at, _count(folded, at)
    if folded[at] in {"half", "halve", "demi"}:
        count = 0.5
        here += folded[at + 1 : at + 2] in (["an"], ["a"])
    if count is None or here + 1 >= len(folded):
        return None
    here += 1
    here += folded[here] in {"more", "half", "halve", "halbe", "halben", "weitere"}
    if folded[here - 1] in {"half", "halve", "halbe", "halben"} and here < len(folded):
        count = 0.5 if count == 1 else count
    unit = say.UNITS.get(folded[here]) if here < len(folded) else None
    if unit is None:
        return None
    if folded[here] == "uurtje" and folded[here + 1 : here + 2] == ["of"]:
        count = number_of(folded[here + 2]) if here + 2 < len(folded) else count
        here = min(here + 2, len(folded) - 1)
    if not _lies_ahead(folded, at, here):
        return None
    return _moment(received + timedelta(minutes=unit * (count or 1)), received, (at, here), exact=unit < 1440)  # noqa: PLR2004


def _count(folded: list[str], at: int) -> float | None:
    if folded[at] == "anderhalf":
        return 1.5
    return number_of(folded[at])


def _lies_ahead(folded: list[str], first: int, last: int) -> bool:
    before = folded[max(0, first - 2) : first]
    after = folded[last + 1 : last + 3]
    if any(word in say.AFTERWARDS for word in after) or any(word in say.WAITED for word in before):
        return False
    if any(word in say.AHEAD for word in before[-2:]):
        return True
    return bool(after) and (after[0] in say.STILL or after[:2] == ["from", "now"])


def _date(words: Words, at: int, received: datetime) -> Moment | None:
    """Read "22 april", "3rd of May", "30 de abril", "April 22"."""
    folded = words.folded
    if folded[at] not in say.MONTHS and say.MONTHS.keys().isdisjoint(folded[at + 1 : at + 3]):
        return None
    day, last = number_of(folded[at].rstrip("stndrhe.") or folded[at]), at
    month = None
    for there in range(at + 1, min(at + 3, len(folded))):
        if folded[there] in say.MONTHS:
            month, last = say.MONTHS[folded[there]], there
            break
        if folded[there] not in {"of", "de", "the"}:
            break
    if month is None and folded[at] in say.MONTHS and folded[at] != "mars" and at + 1 < len(folded):
        day, month, last = number_of(folded[at + 1].rstrip("stndrh")), say.MONTHS[folded[at]], at + 1
    if day is None or month is None or not folded[last if last > at + 1 else at].strip():
        return None
    return _calendar(received, (int(day), month), (at, last), clock_near(words, at, last))


def _calendar(
    received: datetime, date: tuple[int, int], place: tuple[int, int], clock: Clock | None
) -> Moment | None:
    day, month = date
    try:
        start = received.replace(month=month, day=day, hour=0, minute=0, second=0, microsecond=0)
    except ValueError:
        return None
    if start.date() < received.date():
        return None
    hours, minutes = (clock.hour, clock.minute) if clock else (8, 0)
    when = start + timedelta(hours=hours, minutes=minutes)
    return _moment(max(when, received), received, place, exact=clock is not None)


def _on_day(words: Words, at: int, received: datetime) -> Moment | None:
    """Read "tomorrow 06:40", "vannacht om 0:00", "Mittwochnachmittag", "this evening"."""
    day = _day(words, at, received)
    if day is None:
        return None
    clock = clock_near(words, at, day.last)
    part = day.part or _part_near(words, at, day.last)
    start = received.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=day.offset)
    when = start + _time_of_day(clock, part, is_today=day.offset == 0)
    if when <= received and day.offset == 0 and (clock is None or part in {"night", "midnight"}):
        when = start + timedelta(hours=24)
    if when <= received:
        return None
    last = max(day.last, clock.last if clock else 0)
    return _moment(when, received, (at, last), exact=clock is not None or part == "midnight")


def _time_of_day(clock: Clock | None, part: str | None, *, is_today: bool) -> timedelta:
    if clock is not None:
        hour = clock.hour
        if (hour < 12 and part in {"afternoon", "evening"}) or (part == "night" and 6 <= hour < 12):  # noqa: PLR2004
            hour += 12
        if part in {"night", "midnight"} and hour < 6 and is_today:  # noqa: PLR2004
            hour += 24
        return timedelta(hours=hour, minutes=clock.minute)
    if part is not None:
        return timedelta(hours=say.PART_HOURS[part])
    return timedelta(hours=23, minutes=59) if is_today else timedelta(hours=8)


def _day(words: Words, at: int, received: datetime) -> _Day | None:
    folded = words.folded
    word = folded[at]
    if word not in _DAY_WORDS and _compound(word) is None:
        return None
    before = tuple(folded[max(0, at - 2) : at])
    if word in say.TODAY_PARTS:
        return _Day(0, say.TODAY_PARTS[word], at)
    if word in say.DAYS:
        return _named_day(word, before, at)
    if word in say.WEEKDAYS:
        return _Day(_ahead(say.WEEKDAYS[word], before, received), None, at)
    if word in say.PARTS and ((before[-1:] and before[-1] in say.THIS) or say.PARTS[word] == "midnight"):
        return _Day(0, say.PARTS[word], at)
    return _compound_day(word, before, at, received)


def _compound_day(word: str, before: tuple[str, ...], at: int, received: datetime) -> _Day | None:
    compound = _compound(word)
    if compound is None:
        return None
    name, part = compound
    if name == "morgen":
        return _Day(1, part, at)
    return _Day(_ahead(say.WEEKDAYS[name], before, received), part, at)


def _named_day(word: str, before: tuple[str, ...], at: int) -> _Day | None:
    if before in say.AFTER_TOMORROW or before[-1:] in say.AFTER_TOMORROW:
        return _Day(2, None, at)
    # "la mañana" and "heute Morgen", "guten Morgen", "elke morgen" speak of the morning, not of tomorrow.
    if before and before[-1] in {"la", "heute", "guten", "goede", "jeden", "elke", "deze", "goeden", "esta"}:
        return None
    return _Day(say.DAYS[word], None, at)


def _ahead(weekday: int, before: tuple[str, ...], received: datetime) -> int:
    days = (weekday - received.weekday()) % _WEEK or _WEEK
    return days + _WEEK if before in say.EN_NEXT_WEEK and days < _WEEK else days


@lru_cache(maxsize=4_096)
def _compound(word: str) -> tuple[str, str] | None:
    """Split "woensdagochtend", "Mittwochnachmittag", "morgenmiddag" into day and part."""
    match = _COMPOUND.fullmatch(word)
    return (match[1], say.PARTS[match[2]]) if match else None


_COMPOUND = re.compile(f"(morgen|{'|'.join(say.WEEKDAYS)})({'|'.join(say.PARTS)})")


def _part_near(words: Words, first: int, last: int) -> str | None:
    for there in range(last + 1, min(last + 1 + _NEAR, len(words.folded))):
        word = words.folded[there]
        if words.sentences[there] != words.sentences[last] or (there > last + 1 and word in say.DAYS):
            break
        if word in say.PARTS:
            return say.PARTS[word]
        if word in {"morgen", "manana"} and there > last:
            return "morning"
    if first > 0 and words.folded[first - 1] in say.PARTS:
        return say.PARTS[words.folded[first - 1]]
    return None


def clock_near(words: Words, first: int, last: int) -> Clock | None:
    """Return the clock time that stands after (or just before) the words `first` to `last`."""
    for there in [*range(last + 1, last + 1 + _NEAR), *range(max(0, first - 3), first)]:
        if there < len(words.folded) and words.sentences[there] == words.sentences[first]:
            clock = clock_at(words.folded, there, strict=False)
            if clock is not None:
                return clock
    return None


def _clock_alone(words: Words, at: int, received: datetime) -> Moment | None:
    """Read a clock time without a day: the next time the clock says so."""
    clock = clock_at(words.folded, at, strict=True)
    if clock is None:
        return None
    when = received.replace(hour=0, minute=0, second=0, microsecond=0)
    when += timedelta(hours=clock.hour, minutes=clock.minute)
    if when <= received:
        when += timedelta(days=1)
    return _moment(when, received, (at, clock.last), exact=True)


def _moment(when: datetime, received: datetime, place: tuple[int, int], *, exact: bool) -> Moment | None:
    if when - received > _FAR_FUTURE:
        return None
    days = (when.date() - received.date()).days
    name = {0: "today", 1: "tomorrow"}.get(days) or f"{when:%A} {when.day} {when:%B}"
    return Moment(when, f"{name} {when:%H:%M}" if exact else name, *place)
