"""Reads clock times as people say them ("half past three", "kwart voor acht") and as machines write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webcare.domain.checks.number_words import AT, ONES

_MINUTES = {
    **dict.fromkeys(("five", "vijf", "funf", "cinq", "cinco"), 5),
    **dict.fromkeys(("ten", "tien", "zehn", "dix", "diez"), 10),
    **dict.fromkeys(("quarter", "a quarter", "kwart", "viertel", "quart", "le quart", "cuarto"), 15),
    **dict.fromkeys(("twenty", "twintig", "zwanzig", "vingt", "veinte"), 20),
    **dict.fromkeys(("twenty-five", "twenty five", "vijfentwintig"), 25),
    **dict.fromkeys(("half", "demie", "media"), 30),
}
_HOURS = {word: int(size) for word, size in ONES.items() if word.isalpha() and 1 <= size <= 12}  # noqa: PLR2004
_ARTICLES = {"a", "an", "the", "het", "de", "la", "kwartier"}
_HOUR = rf"(?:{'|'.join(sorted(_HOURS.keys() - _ARTICLES, key=len, reverse=True))}|1[0-2]|[1-9])"
_PART = rf"(?:{'|'.join(sorted(_MINUTES, key=len, reverse=True))}|[1-5]?\d)"
_MEASURED = (
    r"(?!\s?(?:-|full|working|more|extra|days?|hours?|minutes?|weeks?|people|dag|uren|minuten|weken|personen"
    r"|tage|stunden|minuten|[:.]\d))"
)
SPOKEN = (
    re.compile(
        rf"(?<![\w:.,-])(?P<part>{_PART})\s(?:minutes?\s|minuten\s)?(?P<way>past|after|over|nach)\s"
        rf"(?P<half>hal[fb]\s)?(?P<hour>{_HOUR})\b{_MEASURED}"
    ),
    re.compile(
        rf"(?:{AT}|\bit's|\bhet is|(?=(?:a )?quarter|kwart|viertel))\s?(?P<part>{_PART})\s(?:minutes?\s"
        rf"|minuten\s)?(?P<way>to|before|till|voor|vor)\s(?P<half>hal[fb]\s)?(?P<hour>{_HOUR})\b{_MEASURED}"
    ),
    re.compile(
        rf"\b(?P<hour>{_HOUR})\s(?:heures?\s|h\s)?(?P<half>(?!))?(?P<way>et|y|moins|menos)\s"
        rf"(?P<part>demie|media|(?:le )?quart|cuarto|cinq|dix|vingt|cinco|diez|veinte)\b"
    ),
)
_END = rf"(?:hal[fb]\s|half past\s)?(?:{_HOUR}|[01]?\d|2[0-4])(?:[:.h][0-5]\d)?"
CLOCK_RANGE = re.compile(
    rf"\b(?:van|from|between|tussen|von|zwischen|entre|de|open|tussen de)\s(?P<from>{_END})\s?(?:tot|to"
    rf"|till|until|and|en|und|bis"
    rf"|a|y|et|-|\u2013)\s?(?P<upto>{_END})(?:\s?(?:uur|uhr|o'clock|h)\b)?(?!\s?(?:\w+\s)?(?:hours|hrs"
    rf"|days?|dagen|min\w*|weeks?"
    r"|weken|jan\w*|feb\w*|maart|march|marz|mars|apr\w*|mei|may|mai|jun\w*|jul\w*|aug\w*|sep\w*|o[ck]t\w*"
    r"|nov\w*|de[cz]\w*|euros?|tage|people|\u20ac|pounds|%|jours|horas|heures|personen|mensen)|[\w%]|[.,:]\d)"
)
_BEFORE = frozenset({"to", "before", "till", "voor", "vor", "moins", "menos"})
WRITTEN = re.compile(
    r"(?<![\d:])(?:20\d\d-\d\d-\d\d[t ])?(?P<hour>[01]\d|2[0-4]):(?P<minute>[0-5]\d)(?::[0-5]\d)?\s?"
    r"(?P<zone>z\b|[+-]\d\d:?\d\d\b)"
)
WRITTEN_DATE = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?=t\d)")
_OFFSETS = {"cest": 120, "cet": 60, "bst": 60, "gmt": 0, "utc": 0, "z": 0}
_DAY = 1440


def spoken(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the hour and minute that a spoken time means, before noon and after it."""
    hour = _HOURS.get(match["hour"]) or int(match["hour"])
    part = _MINUTES.get(match["part"]) if not match["part"].isdigit() else int(match["part"])
    minutes = hour * 60 - (30 if match["half"] else 0)
    minutes += -(part or 0) if match["way"] in _BEFORE else (part or 0)
    for whole in (minutes, minutes + 720):
        yield whole // 60 % 24, whole % 60


def in_utc(hour: int, minute: int, zone: str | None) -> str:
    """Return a local time as a moment of the world's clock; nothing when its zone isn't known."""
    offset = _offset(zone)
    if offset is None:
        return ""
    whole = (hour * 60 + minute - offset) % _DAY
    return f"utc {whole // 60:02}:{whole % 60:02}"


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone[0] in "+-":
        digits = re.sub(r"\D", "", zone)
        return (int(digits[:2]) * 60 + int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    return _OFFSETS.get(zone)
