"""Finds times, dates, amounts and durations in folded text, in whatever notation, as comparable values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from webcare.domain.checks.number_words import (
    ARTICLES,
    AT,
    BOUNDS,
    CURRENCY,
    DAYS,
    END_OF,
    ENGLISH_HOURS,
    HALF,
    MONTH_ENDS,
    MONTH_STARTS,
    MONTHS,
    NUMBER,
    ONES,
    RELATIVE,
    SIGN,
    UNIT,
    UNITS,
    WORDS,
    ZONE,
)
from webcare.domain.checks.spoken_times import SPOKEN, WRITTEN, WRITTEN_DATE, in_utc, spoken

_LAST_HOUR, _NOON, _LAST_MINUTE, _LAST_DAY, _LAST_MONTH, _HOUR = 24, 12, 59, 31, 12, 60.0


class Quantity(NamedTuple):
    """A time, date, amount or duration: its kind, every value it may mean, and where it stands."""

    kind: str
    forms: frozenset[str]
    start: int
    end: int


_Read = Callable[[re.Match[str]], Iterator[Quantity]]


def quantities(folded: str) -> list[Quantity]:
    """Return what a folded text says in numbers, in order; no character counts twice."""
    if not any(map(str.isdigit, folded)) and _WORDY.search(folded) is None:
        return []
    found: list[Quantity] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(folded):
            for one in read(match):
                if not any(one.start < other.end and other.start < one.end for other in found):
                    found.append(one)
    return sorted(found, key=lambda one: one.start)


def _amount(match: re.Match[str]) -> Iterator[Quantity]:
    sign = CURRENCY.get((match["before"] or match["after"] or "").strip(), "eur")
    for name in ("low", "high"):
        if match[name]:
            yield Quantity("amount", frozenset({f"{sign} {_value(match[name]):g}"}), *match.span(name))


def _value(number: str) -> float:
    whole = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number)
    if whole is None:
        return 0.0
    return float(re.sub(r"\D", "", whole[1]) or 0) + (float(f"0.{whole[2]}") if whole[2] else 0)


def _percent(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity("amount", frozenset({f"% {_value(match[1]):g}"}), *match.span())


def _duration(match: re.Match[str]) -> Iterator[Quantity]:
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


def _little(match: re.Match[str]) -> Iterator[Quantity]:
    minutes = {"uurtje": 60, "kwartiertje": 15, "half uurtje": 30, "minuutje": 1, "dagje": 1440}[
        match["little"]
    ]
    yield Quantity("duration", frozenset({f"lasts {minutes}"}), *match.span())


def _count(words: str) -> float:
    plain = words.strip()
    return _value(plain) if plain[:1].isdigit() else ONES.get(plain, 1.0)


def _clock(hour: int, minute: int, half_day: str = "") -> set[str]:
    """Return the moment a clock time means; without am or pm, the one of the 24 hours."""
    hour %= 24
    if half_day.startswith("p"):
        return {f"at {hour % 12 + 12:02}:{minute:02}"}
    if half_day.startswith("a"):
        return {f"at {hour % 12:02}:{minute:02}"}
    return {f"at {hour:02}:{minute:02}"}


def _time(match: re.Match[str]) -> Iterator[Quantity]:
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


def _written(match: re.Match[str]) -> Iterator[Quantity]:
    """Yield a time as machines write it; one in the world's time may be told in that of the Netherlands."""
    hour, minute = int(match["hour"]), int(match["minute"])
    forms = _clock(hour, minute) | {in_utc(hour, minute, match["zone"])}
    if match["zone"] in {"z", "+00:00", "+0000"}:
        forms |= _clock(hour + 1, minute) | _clock(hour + 2, minute)
    yield Quantity("time", frozenset(forms), match.start("hour"), match.end())


def _spoken(match: re.Match[str]) -> Iterator[Quantity]:
    forms = frozenset().union(*(_clock(hour, minute) for hour, minute in spoken(match)))
    yield Quantity("time", forms, match.start("part") if match["half"] else match.start(), match.end())


def _bare_time(match: re.Match[str]) -> Iterator[Quantity]:
    word = match["word"]
    hour = int(word) if word.isdigit() else int(ONES.get(word, 0))
    if (
        word not in {"a", "an", "the", "een", "un", "une", "het", "de", "la", "ein", "eine"}
        and 1 <= hour <= _LAST_HOUR
    ):
        forms = _clock(hour, 0) | (_clock(hour + 12, 0) if hour <= _NOON else set())
        yield Quantity("time", frozenset(forms), *match.span("word"))


def _half_past(match: re.Match[str]) -> Iterator[Quantity]:
    # "Half three" is after three in English, before it in Dutch and German.
    said = int(_count(match["hour_word"]))
    hour = said if match["hour_word"] in ENGLISH_HOURS else said - 1
    yield Quantity("time", frozenset(_clock(hour, 30) | _clock(hour + 12, 30)), *match.span())


def _named_time(match: re.Match[str]) -> Iterator[Quantity]:
    is_noon = match[0] in {"noon", "midday", "mittags", "midi", "mediodia"}
    yield Quantity("time", frozenset({"at 12:00" if is_noon else "at 00:00"}), *match.span())


def _date(match: re.Match[str]) -> Iterator[Quantity]:
    month = next((n for n, s in enumerate(MONTH_STARTS, 1) if re.match(s, match["month"])), 0)
    day = int(match["day"] or match["day_after"] or MONTH_ENDS[month - 1])
    if 1 <= day <= _LAST_DAY:
        yield Quantity("date", frozenset({f"on {day} {month}"}), *match.span())


def _numeric_date(match: re.Match[str]) -> Iterator[Quantity]:
    day, month = int(match["day"]), int(match["month"])
    if 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH:
        yield Quantity("date", frozenset({f"on {day} {month}"}), *match.span())


def _relative(name: str) -> _Read:
    def read(match: re.Match[str]) -> Iterator[Quantity]:
        forms = {name, "today"} if name == "tonight" else {name}
        yield Quantity("day", frozenset(forms), *match.span())

    return read


_RANGE = r"\s?(?:-|\u2013|to|tot|bis|a|y|et|and|en|und|or|of|oder)\s?"
_READERS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (
        re.compile(
            rf"(?P<before>{SIGN})\s?(?P<low>{NUMBER})(?:{_RANGE}(?:{SIGN}\s?)?(?P<high>{NUMBER}))?(?P<after>(?!))?"
        ),
        _amount,
    ),
    (
        re.compile(
            rf"(?<![\d.,:/-])(?P<before>(?!))?(?:(?P<low>{NUMBER}){_RANGE})?(?P<high>{NUMBER})(?:,-)?\s?(?P<after>{SIGN})(?!\w)"
        ),
        _amount,
    ),
    (
        re.compile(rf"(?<![\w.,])({NUMBER})\s?(?:%|percent\b|procent\b|prozent\b|pour cent\b|por ciento\b)"),
        _percent,
    ),
    (WRITTEN, _written),
    (WRITTEN_DATE, _numeric_date),
    (re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)"), _numeric_date),
    (
        re.compile(r"(?<![\d.,:/-])(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?:20)?\d\d(?!\d)"),
        _numeric_date,
    ),
    (
        re.compile(
            rf"(?<![\d.,:])(?P<day>\d{{1,2}})(?:st|nd|rd|th|e|de|ste|er|\.)?\s(?:of |de "
            rf")?(?P<day_after>(?!))?{MONTHS}"
        ),
        _date,
    ),
    (re.compile(rf"\b(?P<day>(?!))?(?P<day_after>(?!))?{END_OF}\s{MONTHS}"), _date),
    (re.compile(rf"\b(?P<day>(?!))?{MONTHS}\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])"), _date),
    (
        re.compile(
            rf"(?<![\w:.,-])(?P<hour>\d{{1,2}})(?:[:h.](?P<minute>\d\d))?\s?(?P<half_day>[ap]\.?m\b\.?){ZONE}"
        ),
        _time,
    ),
    (
        re.compile(
            rf"(?<![\w:.,/-])(?P<hour>\d{{1,2}})[:h](?P<minute>\d\d)(?P<half_day>(?!))?(?![\d:])(?:\s?(?:uur|uhr|hrs|h)\b)?{ZONE}"
        ),
        _time,
    ),
    (
        re.compile(
            r"(?<![\w:.,/-])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?P<half_day>(?!))?\s?(?:uur|uhr"
            r"|hrs|h|cest|cet|utc|o'clock)\b"
        ),
        _time,
    ),
    (re.compile(rf"{AT}\s(?P<hour>\d{{1,2}})\.(?P<minute>\d\d)(?P<half_day>(?!))?(?![\d.,%])"), _time),
    (
        re.compile(
            rf"{AT}\s(?P<hour>\d{{1,2}})(?P<minute>(?!))?(?P<half_day>(?!))?\s?(?:uur|uhr|o'clock"
            rf"|h|heures|hrs)\b(?!\s?\d){ZONE}"
        ),
        _time,
    ),
    *((pattern, _spoken) for pattern in SPOKEN),
    (re.compile(rf"(?<!\w){HALF}(?=\s?(?:uur|uhr|\W|$))(?!\s(?:hour|uur|stunde|day|dag))"), _half_past),
    (
        re.compile(
            rf"(?<![\w.,:])(?:(?P<low>{NUMBER}|{WORDS})\s?(?:-|\u2013|to|tot|bis|a|or|of"
            rf"|oder)\s?)?(?P<number>{NUMBER}|{WORDS})[\s-]?(?P<whole>(?:full|whole|entire|extra"
            rf"|more|hele|volle|ganze[rn]?|volle[rn]?|weitere|entiere?|plein|entera?"
            rf"|further)\s)?(?:{UNIT})(?!\s?(?:ago|geleden|(?:a|per)\s(?:day|week|dag)))"
        ),
        _duration,
    ),
    (
        re.compile(
            rf"{AT}\s(?P<word>{WORDS}|\d{{1,2}})(?:\s?(?:o'clock|uur|uhr|sharp)\b"
            rf"|(?=\s*(?:[.,;!?)]|$|tonight|today|tomorrow|vanavond|vanmiddag|morgen|vandaag"
            rf"|latest|at the latest)))"
        ),
        _bare_time,
    ),
    (re.compile(r"\b(?P<little>uurtje|kwartiertje|half uurtje|minuutje|dagje)\b"), _little),
    (
        re.compile(
            r"\b(?:noon|midday|mittags|midi|mediodia|midnight|middernacht|mitternacht|minuit|medianoche)\b"
        ),
        _named_time,
    ),
    *(
        (re.compile(rf"(?<!\w)(?:{words})s?(?:ochtend|middag|avond)?(?!\w)"), _relative(f"weekday {place}"))
        for place, words in enumerate(DAYS)
    ),
    *((re.compile(rf"(?<!\w)(?:{words})(?!\w|'s)"), _relative(name)) for name, words in RELATIVE.items()),
)
_WORDY = re.compile(
    rf"(?<!\w)(?:uurtje|kwartier|minuutje|dagje|{'|'.join(DAYS)}|{'|'.join(RELATIVE.values())}"
    rf"|noon|midday|mid|quarter|half|kwart|viertel|demie|media|{END_OF}"
    rf"|{'|'.join(words for _, words in UNITS)})"
    rf"|\bo'clock|{AT}\s(?:{WORDS})\b"
    rf"|\b(?:{WORDS})\s(?:past|over|nach)\s"
)
