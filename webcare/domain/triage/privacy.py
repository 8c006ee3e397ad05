"""Finds personal data in a text by pattern and says only what kind it is and where, never what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# All patterns have bounded repeats, so that no text can make them slow.
_CODE = re.compile(r"\b(?=[A-Z0-9]{0,5}[A-Z])(?=[A-Z0-9]{0,5}[0-9])[A-Z0-9]{6}\b", re.IGNORECASE)
_FLIGHT = re.compile(r"[A-Z]{2}\d{3,4}", re.IGNORECASE)
_CODE_WORD = re.compile(
    r"\b(?:booking|boeking|code|pnr|reservation|reserv|buchung|r[ée]servation|reserva)", re.IGNORECASE
)
_CODE_REACH = 40
_WORTH_A_LOOK = re.compile(r"@|\d[\d ./-]{4}|\d[A-Za-z]|[A-Za-z]\d")
_FARE_NUMBER = re.compile(r"\b\d{3}[- ]?\d{10}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.IGNORECASE)
_CARD = re.compile(r"\b\d(?:[ -]?\d){12,18}\b")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)\d(?:[ -]?\d){7,13}\b|(?<![\w+])0\d(?:[ -]?\d){8,9}\b")
_PASSPORT = re.compile(r"\b[A-Z]{2}(?=[A-Z0-9]{0,5}\d)[A-Z0-9]{6}\d\b", re.IGNORECASE)
_BORN = re.compile(
    r"\b(?:born|geboren|n[ée]e?|nacid[oa]|birth)\b.{0,20}\b\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b", re.IGNORECASE
)
_EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}\b")


_Accept = Callable[[re.Match[str]], bool]
_GRAVE = frozenset({"card number", "passport number", "bank account"})


class Exposure(NamedTuple):
    """One piece of personal data: its kind, whether it can be abused at once, and its characters."""

    kind: str
    is_grave: bool
    span: tuple[int, int]

    def moved(self, offset: int) -> Exposure:
        """Return the same find, its characters counted from the start of the whole text."""
        return self._replace(span=(self.span[0] + offset, self.span[1] + offset))


def find_exposures(text: str) -> list[Exposure]:
    """Return the personal data in `text`, at most one per kind; the text itself is never returned."""
    if _WORTH_A_LOOK.search(text) is None:
        return []
    found = [
        _first("card number", _CARD, text, _is_card),
        _first("bank account", _IBAN, text, _is_iban),
        _first("passport number", _PASSPORT, text, _any),
        _first("ticket number", _FARE_NUMBER, text, _any),
        _first("phone number", _PHONE, text, _is_phone),
        _first("birth date", _BORN, text, _any),
        _first("e-mail address", _EMAIL, text, _any),
        _first("booking code", _CODE, text, _is_booking),
    ]
    return [one for one in found if one is not None]


def _first(kind: str, pattern: re.Pattern[str], text: str, accept: _Accept) -> Exposure | None:
    for match in pattern.finditer(text):
        if accept(match):
            return Exposure(kind, kind in _GRAVE, match.span())
    return None


def _any(_match: re.Match[str]) -> bool:
    return True


def _is_phone(match: re.Match[str]) -> bool:
    return not _is_card(match)


def is_luhn(digits: str) -> bool:
    """Return whether a row of digits passes the check sum of payment cards."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value  # noqa: PLR2004
    return total % 10 == 0


def is_iban(account: str) -> bool:
    """Return whether an account number without spaces passes the mod-97 check of ISO 13616."""
    turned = account[4:] + account[:4]
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _is_card(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", match.group())
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and is_luhn(digits)  # noqa: PLR2004


def _is_iban(match: re.Match[str]) -> bool:
    return is_iban(match.group().replace(" ", ""))


def _is_booking(match: re.Match[str]) -> bool:
    if _FLIGHT.fullmatch(match.group()):
        return False
    start = max(0, match.start() - _CODE_REACH)
    around = match.string[start : match.end() + _CODE_REACH]
    return _CODE_WORD.search(around) is not None
