"""Reads what each notation of a time, date, amount or duration may mean, as comparable values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date as calendar_date
from typing import NamedTuple

from webcare.domain.checks.number_words import (
    ARTICLES,
    BOUNDS,
    CURRENCY,
    ENGLISH_HOURS,
    MONTH_ENDS,
    MONTH_STARTS,
    ONES,
    UNITS,
)
from webcare.domain.checks.spoken_times import in_utc
from webcare.domain.checks.spoken_times import spoken as spoken_clock
from webcare.domain.checks.worded import worth

_LAST_HOUR, _NOON, _LAST_MINUTE, _LAST_DAY, _LAST_MONTH, _HOUR = 24, 12, 59, 31, 12, 60.0


_SPANISH = re.compile(r"(?:a las|las|hasta|desde|antes|des)\b")


class Quantity(NamedTuple):
    """A time, date, amount or duration: its kind, every value it may mean, and where it stands."""

    kind: str
    forms: frozenset[str]
    start: int
    end: int


Read = Callable[[re.Match[str]], Iterator[Quantity]]


def amount(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield an amount of money, or both ends of a range of it."""
    sign = CURRENCY.get((match["before"] or match["after"] or "").strip(), "eur")
    for name in ("low", "high"):
        if match[name]:
            yield Quantity("amount", frozenset({f"{sign} {_value(match[name]):g}"}), *match.span(name))


def _value(number: str) -> float:
    whole = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number)
    if whole is None:
        return 0.0
    return float(re.sub(r"\D", "", whole[1]) or 0) + (float(f"0.{whole[2]}") if whole[2] else 0)


def worded_amount(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield an amount of money whose number is written in words."""
    sign = CURRENCY.get(match["sign"], "eur")
    yield Quantity("amount", frozenset({f"{sign} {worth(match['number']):g}"}), *match.span())


def percent(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a share in percent."""
    yield Quantity("amount", frozenset({f"% {_value(match[1]):g}"}), *match.span())


def worded_percent(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a share in percent whose number is written in words."""
    yield Quantity("amount", frozenset({f"% {worth(match['number']):g}"}), *match.span())


def duration(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a duration in minutes; a number of hours may be a clock time as well."""
    word = match["number"].strip()
    if (
        word in ARTICLES
        and not (match["low"] or match["whole"])
        and (
            _is_night(match) or BOUNDS.search(match.string, max(0, match.start() - 16), match.start()) is None
        )
    ):
        return
    unit = next(size for place, (size, _) in enumerate(UNITS) if match[f"u{place}"])
    for name in ("low", "number"):
        if match[name]:
            count = _count(match[name])
            minutes = f"lasts {count * unit:g}" if unit >= 1 else f"{unit} x {count:g}"
            forms = {minutes}
            if name == "number" and unit == _HOUR and 1 <= count <= _LAST_HOUR and count == int(count):
                forms |= _clock(int(count), 0) | (_clock(int(count) + 12, 0) if count <= _NOON else set())
            yield Quantity("duration", frozenset(forms), match.start(), match.end())
            return


def _is_night(match: re.Match[str]) -> bool:
    """Return whether this is "in the night", which is no duration."""
    return match["number"].strip() in {"the", "de", "het", "la"} and match[f"u{len(UNITS) - 1}"] is not None


def little(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a duration as Dutch makes it small: "een uurtje"."""
    minutes = {"uurtje": 60, "kwartiertje": 15, "half uurtje": 30, "minuutje": 1, "dagje": 1440}[
        match["little"]
    ]
    yield Quantity("duration", frozenset({f"lasts {minutes}"}), *match.span())


def _count(words: str) -> float:
    plain = words.strip()
    return _value(plain) if plain[:1].isdigit() else ONES.get(plain) or worth(plain) or 1.0


def _clock(hour: int, minute: int, half_day: str = "") -> set[str]:
    """Return the moment a clock time means; without am or pm, the one of the 24 hours."""
    hour %= 24
    if half_day.startswith("p"):
        return {f"at {hour % 12 + 12:02}:{minute:02}"}
    if half_day.startswith("a"):
        return {f"at {hour % 12:02}:{minute:02}"}
    return {f"at {hour:02}:{minute:02}"}


def clock(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a clock time; a zone adds the moment of the world's clock."""
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > _LAST_HOUR or minute > _LAST_MINUTE:
        return
    half_day = (match["half_day"] or "").strip()
    forms = _clock(hour, minute, half_day)
    if not half_day and 0 < hour <= _NOON and not match["hour"].startswith("0"):
        forms |= _clock(hour + 12, minute)
    zone = match.groupdict().get("zone")
    forms |= {moment for form in forms if (moment := in_utc(int(form[3:5]), int(form[6:]), zone))}
    yield Quantity("time", frozenset(forms), *match.span())


def written(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a time as machines write it; one in the world's time may be told in that of the Netherlands."""
    hour, minute = int(match["hour"]), int(match["minute"])
    forms = _clock(hour, minute) | {in_utc(hour, minute, match["zone"])}
    if match["zone"] in {"z", "+00:00", "+0000"}:
        forms |= _clock(hour + 1, minute) | _clock(hour + 2, minute)
    yield Quantity("time", frozenset(forms), match.start("hour"), match.end())


def spoken(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a clock time as people say it: "quarter past three"."""
    forms = frozenset().union(*(_clock(hour, minute) for hour, minute in spoken_clock(match)))
    yield Quantity("time", forms, match.start("part") if match["half"] else match.start(), match.end())


def clock_range(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield both ends of "from seven to half past ten"."""
    for name in ("from", "upto"):
        words = match[name].split()
        number = re.split(r"[:.h]", words[-1])
        hour = int(number[0]) if number[0].isdigit() else int(worth(words[-1]))
        minute = int(number[1]) if len(number) > 1 and number[1].isdigit() else 0
        if not 0 <= hour <= _LAST_HOUR or minute > _LAST_MINUTE or not (hour or number[0].isdigit()):
            return
        if words[0] in {"half", "halb"}:
            hour, minute = (hour, 30) if words[-1] in ENGLISH_HOURS else (hour - 1, 30)
        forms = _clock(hour, minute) | (_clock(hour + 12, minute) if 0 < hour <= _NOON else set())
        yield Quantity("time", frozenset(forms), *match.span(name))


def bare_time(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a clock time that is only a number after "at" or "until"."""
    word = match["word"]
    hour = int(word) if word.isdigit() else int(ONES.get(word, 0))
    if (
        word not in {"a", "an", "the", "een", "un", "une", "het", "de", "la", "ein", "eine"}
        and 1 <= hour <= _LAST_HOUR
        # Eleven in Spanish only: "from once a week".
        and (word != "once" or _SPANISH.match(match[0]) is not None)
    ):
        forms = _clock(hour, 0) | (_clock(hour + 12, 0) if hour <= _NOON else set())
        yield Quantity("time", frozenset(forms), *match.span("word"))


def half_past(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a half hour, which lies before or after the hour by language."""
    # "Half three" is after three in English, before it in Dutch and German.
    said = int(_count(match["hour_word"]))
    hour = said if match["hour_word"] in ENGLISH_HOURS else said - 1
    yield Quantity("time", frozenset(_clock(hour, 30) | _clock(hour + 12, 30)), *match.span())


def named_time(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield noon or midnight."""
    is_noon = match[0] in {"noon", "midday", "mittags", "midi", "mediodia"}
    yield Quantity("time", frozenset({"at 12:00" if is_noon else "at 00:00"}), *match.span())


def named_date(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a date whose month is named; with its year it has a weekday too."""
    month = next((n for n, s in enumerate(MONTH_STARTS, 1) if re.match(s, match["month"])), 0)
    day = int(match["day"] or match["day_after"] or MONTH_ENDS[month - 1])
    if 1 <= day <= _LAST_DAY:
        year = re.match(r"\s(20\d\d)\b", match.string[match.end() : match.end() + 5])
        forms = {f"on {day} {month}", f"nth {day}"} | _weekday(year[1] if year else None, month, day)
        yield Quantity("date", frozenset(forms), *match.span())


def numeric_date(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a date in numbers; with its year it has a weekday too."""
    day, month = int(match["day"]), int(match["month"])
    if 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH:
        forms = {f"on {day} {month}", f"nth {day}"} | _weekday(match.groupdict().get("year"), month, day)
        yield Quantity("date", frozenset(forms), *match.span())


def short_date(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a date without its year, and without the word before it."""
    for one in numeric_date(match):
        yield Quantity(one.kind, one.forms, match.start("day"), one.end)


def _weekday(year: str | None, month: int, day: int) -> set[str]:
    """Return the weekday of a date whose year is told."""
    try:
        return {f"weekday {calendar_date(int(year), month, day).weekday()}"} if year else set()
    except ValueError:
        return set()


def day_only(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a day of a month that isn't named: "the 16th"."""
    if 1 <= int(match["day"]) <= _LAST_DAY:
        yield Quantity("date", frozenset({f"nth {int(match['day'])}"}), *match.span())


def first_of_days(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield the first of two days in one month: the 12 of "12 and 13 June"."""
    month = next((n for n, s in enumerate(MONTH_STARTS, 1) if re.match(s, match["month"])), 0)
    if 1 <= int(match["day"]) <= _LAST_DAY:
        forms = frozenset({f"on {int(match['day'])} {month}", f"nth {int(match['day'])}"})
        yield Quantity("date", forms, *match.span("day"))


def weekdays(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield the days from Monday to Friday, told in one word."""
    yield Quantity("day", frozenset(f"weekday {day}" for day in range(5)), *match.span())


def relative(name: str) -> Read:
    """Return what yields a day by this name, "tomorrow" for instance."""

    def read(match: re.Match[str]) -> Iterator[Quantity]:
        forms = {name, "today"} if name == "tonight" else {name}
        yield Quantity("day", frozenset(forms), *match.span())

    return read
