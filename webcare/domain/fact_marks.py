"""Reads the numbers and addresses in a text: what the checks weigh, and counts, codes and short dates too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from webcare.domain.checks.number_words import AT, ONES
from webcare.domain.checks.quantities import Quantity, quantities
from webcare.domain.checks.reading import BEARS, contact

# A number of this size or more is seldom part of a phrase ("one of them", "two of us").
_SMALLEST_IN_WORDS = 4
# Eleven in one language is "as soon as" or "our" in another.
_WORDS = {
    word: int(size)
    for word, size in ONES.items()
    if size >= _SMALLEST_IN_WORDS and word.isalpha() and word not in {"once", "onze"}
}
_LAST_DAY, _LAST_MONTH, _LAST_HOUR, _NOON = 31, 12, 23, 12
_FEWEST_DIGITS = 8
_SHORT_DATE = re.compile(
    r"\b(?:t/m|until|till|to|by|on|from|before|after|through|tot(?: en met)?|op|voor|na|vanaf|per"
    r"|bis(?: zum)?|am|vor|ab|jusqu'au|le|avant|du|hasta el|el|antes del|desde el)\s"
    r"(?P<day>\d{1,2})\s?[-/.]\s?(?P<month>0?[1-9]|1[0-2])"
    r"(?![\d:%/-]|[.,]\d|\s?(?:uur|uhr|h|u|am|pm|days|weeks|hours|dagen|weken|uren|euros?|eur)\b)"
)
_SHORT_HOUR = re.compile(r"(?<![\w:.,-])(?P<hour>\d{1,2})\s?u(?:\s?(?P<minute>[0-5]\d))?(?!\w)")
# "... at 16.30." ends a sentence; within one the checks read it themselves.
_LAST_TIME = re.compile(rf"{AT}\s(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?=[.,](?:\s|$))")
_HANDLE = re.compile(r"(?<![\w@.])@[a-z0-9][\w.-]{1,60}\w")
_COUNT = re.compile(r"(?<![\w.,:/@+-])(?:\d{1,3}(?:[.,]\d{3})+|\d{1,6})(?![\w%]|[.,:/-]\d)")
_CODE = re.compile(r"(?<![\w-])(?:[a-z]{1,2}\d{1,4}|\d{1,3}[a-z])(?![\w-])")
_WORDED = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?!\w)")


def numbers(folded: str) -> list[Quantity]:
    """Return everything in a folded text that counts or dates, in order: what the checks read, and more.

    More are short dates ("until 30-4"), hours as the Flemish write them ("14u30"), bare counts ("40 rooms")
    and codes ("3g", "zz123"). These hours are of the kind `hour`, counts and codes of the kind `count`.
    """
    found = [*_short_dates(folded), *_hours(folded)]
    # Without a digit the checks look for some words first, and "halb" isn't among them.
    _add(found, (_named(folded, one) for one in quantities(f"{folded} 0")))
    if any(map(str.isdigit, folded)) or _WORDED.search(folded) is not None:
        _add(found, _counts(folded))
    # "06 55 50" within a telephone number holds no hour and no count; "2026-04-30" is a date as a whole.
    taken = contacts(folded).values() if found else ()
    free = [one for one in found if not any(_is_part(one, span) for span in taken)]
    return sorted(free, key=lambda one: one.start)


def contacts(folded: str) -> dict[str, tuple[int, int]]:
    """Return the addresses, telephone numbers and accounts in a folded text, and where each stands."""
    found = {each[0].rstrip(".-"): each.span() for each in _HANDLE.finditer(folded)}
    for each in BEARS.finditer(folded):
        one = contact(each[0].replace("(0)", "") if each[0].startswith(("+", "00")) else each[0])
        # Fewer digits than a telephone number has are a count, a range of postcodes or a date.
        if not one.isdigit() or len(one) >= _FEWEST_DIGITS:
            found[one] = each.span()
    return found


def _add(found: list[Quantity], more: Iterable[Quantity]) -> None:
    """Add what stands where nothing was found yet."""
    for one in more:
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)


def _named(folded: str, one: Quantity) -> Quantity:
    return one._replace(kind="hour") if folded.startswith("halb", one.start) else one


def _is_part(one: Quantity, span: tuple[int, int]) -> bool:
    whole = one.kind == "date" and one.start <= span[0] and span[1] <= one.end
    return span[0] <= one.start and one.end <= span[1] and not whole


def _short_dates(folded: str) -> Iterator[Quantity]:
    for each in _SHORT_DATE.finditer(folded):
        day, month = int(each["day"]), int(each["month"])
        if 1 <= day <= _LAST_DAY and 1 <= month <= _LAST_MONTH:
            yield Quantity("date", frozenset({f"on {day} {month}"}), each.start("day"), each.end("month"))


def _hours(folded: str) -> Iterator[Quantity]:
    for pattern in (_SHORT_HOUR, _LAST_TIME):
        for each in pattern.finditer(folded):
            hour, minute = int(each["hour"]), int(each["minute"] or 0)
            if hour <= _LAST_HOUR:
                late = {f"at {hour + 12:02}:{minute:02}"} if 0 < hour < _NOON else set()
                forms = frozenset({f"at {hour:02}:{minute:02}", *late})
                yield Quantity("hour", forms, each.start("hour"), each.end())


def _counts(folded: str) -> Iterator[Quantity]:
    for each in _COUNT.finditer(folded):
        plain = re.sub(r"[.,]", "", each[0])
        yield Quantity("count", frozenset({f"n {int(plain)}"}), *each.span())
    for each in _CODE.finditer(folded):
        yield Quantity("count", frozenset({f"n {each[0]}"}), *each.span())
    for each in _WORDED.finditer(folded):
        yield Quantity("count", frozenset({f"n {_WORDS[each[0]]}"}), *each.span())
