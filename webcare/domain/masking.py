"""Hides what must not lie about in logs and chat: cards, accounts, passports, booking codes, addresses."""

from __future__ import annotations

import re

DOTS = "••••"

_MIN_CARD, _MAX_CARD = 13, 19
_MIN_IBAN, _MAX_IBAN = 15, 34
_IBAN_FRONT = 4
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)  # Luhn: twice the digit, its digits added up
_MIN_PHONE, _MAX_PHONE = 9, 15
_MAX_PASSES = 8

# Digits with at most two marks between them: the room in which a card number can stand.
_DIGITS = re.compile(r"\d(?:[\s.\u2010-\u2015-]{0,2}\d){12,}")
_GROUP = re.compile(r"\d+")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(r"([^\s@<>()\[\],;:\"'•=/]{1,64})@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})")
_PHONE = re.compile(r"(?<![\w.•])(?:\+|00|\(0|0)[\d\s()./-]{7,22}\d(?!\w)")
_LOOKS_LIKE_DATE = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)")
_MRZ = re.compile(
    r"[PVIAC][A-Z<][A-Z]{3}[A-Z<]{25,41}|[A-Z0-9<]{9}\d[A-Z<]{3}\d{6}\d[MFX<]\d{6}\d[A-Z0-9<]{2,16}"
)
_PASSPORT = re.compile(
    r"(?P<word>\b(?:DNI|NIE|BSN|(?i:passport|paspoort|reisepass|passeport|pasaporte|id[- ]card|identity card"
    r"|identiteitskaart|personalausweis|ausweis|carte d['\u2019]identité|burgerservicenummer))"
    r"(?i:[a-z]{0,8})\b[^\n•]{0,30}?)"
    r"\b(?=[A-Za-z]{0,9}\d)[A-Za-z0-9]{6,10}\b"
)
_BOOKING = re.compile(
    r"(?P<word>\b(?i:booking|reservation|pnr|confirmation code|record locator|boeking|reservering|buchung"
    r"|réservation|dossier|reserva|localizador)(?i:[a-z]{0,10})\b[^\n•]{0,25}?)"
    r"\b(?![A-Z]{2}\d{3}\b|(?i:numbers?|nummer|n[uú]mero|codes?|please)\b)"
    r"(?:[A-Z0-9]{5,8}|(?=[A-Za-z]{0,7}\d)[A-Za-z0-9]{5,8})\b"
)
_BORN = re.compile(
    r"(?P<word>\b(?i:born|date of birth|birth ?date|birthday|d\.?o\.?b|geboren|geboortedatum|geb|geburtsdatum"
    r"|née? le|date de naissance|nacid[oa]|fecha de nacimiento)\b[^\n\d•]{0,20})"
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{1,2}\.? ?(?:de )?[^\W\d_]{3,10}\.?,? ?(?:de )?\d{2,4})"
)


def mask(text: str) -> str:
    """Return text with every number and address hidden that could harm the person it belongs to.

    Cards keep their last four digits, accounts their country and last four, phones their first and
    last two, mail addresses their first letter and domain. Never raises; masking twice changes nothing.
    """
    for _ in range(_MAX_PASSES):
        masked = _once(text)
        if masked == text:
            break
        text = masked
    return text


def snippet(text: str, limit: int = 80) -> str:
    """Return the masked start of a text on one line, at most `limit` characters, cut at a word."""
    masked = mask(" ".join(text.split())[: limit * 50])
    if len(masked) <= limit:
        return masked
    cut = masked[:limit].rpartition(" ")[0] or masked[: limit - 1]
    return f"{cut.rstrip(' ,;:')}…"


def _once(text: str) -> str:
    text = _MRZ.sub(DOTS, text)
    text = _ibans(text)
    text = _DIGITS.sub(lambda found: _cards(found[0]), text)
    for pattern in (_PASSPORT, _BOOKING, _BORN):
        text = pattern.sub(lambda found: found["word"] + DOTS, text)
    text = _MAIL.sub(lambda found: f"{found[1][0]}{DOTS}@{found[2]}", text)
    return _PHONE.sub(lambda found: _phone(found[0]), text)


def _ibans(text: str) -> str:
    out, place = [], 0
    found = _IBAN.search(text)
    while found:
        length = _iban_length(found[0])
        if length:
            account = found[0][:length]
            out += [text[place : found.start()], f"{account[:2]}{DOTS}{_last_four(account)}"]
            place = found.start() + length
        found = _IBAN.search(text, max(place, found.start() + 1))
    return "".join(out) + text[place:]


def _last_four(account: str) -> str:
    return "".join(filter(str.isalnum, account))[-4:]


def _iban_length(candidate: str) -> int:
    """Return how many characters of a candidate are a valid account number (mod 97); 0 for none.

    The longest wins that ends where a word ends; otherwise the longest of all. The four characters
    in front count last, so one walk over the others tries every length.
    """
    front, remainder, size, best = "", 0, 0, (False, 0)
    for place, character in enumerate(candidate, 1):
        if not character.isalnum():
            continue
        size += 1
        if size <= _IBAN_FRONT:
            front += str(int(character, 36))
            continue
        value = int(character, 36)
        remainder = (remainder * (100 if value > 9 else 10) + value) % 97  # noqa: PLR2004
        if _MIN_IBAN <= size <= _MAX_IBAN and (remainder * 1_000_000 + int(front)) % 97 == 1:
            best = max(best, (not candidate[place : place + 1].isalnum(), place))
    return best[1]


def _cards(run: str) -> str:
    """Return a run of digits with every card number in it masked, tried from group to group.

    The four digits that stay may begin another number with what follows; `kept` waits to see.
    """
    groups = [(found.start(), found.end()) for found in _GROUP.finditer(run)]
    out, kept, place, index = [], "", 0, 0
    while kept or index < len(groups):
        found = _card(run, groups, index, kept)
        if found:
            out.append(f"{DOTS} " if kept else f"{run[place : groups[index][0]]}{DOTS} ")
            last, kept = found
            place, index = groups[last][1], last + 1
        elif kept:
            out.append(kept)
            kept = ""
        else:
            index += 1
    return "".join(out) + run[place:]


def _card(run: str, groups: list[tuple[int, int]], index: int, kept: str) -> tuple[int, str] | None:
    """Return (last group, last four digits) of a card number that begins here, or None."""
    digits = kept
    for last in range(index, len(groups)):
        digits += run[slice(*groups[last])]
        if len(digits) > _MAX_CARD:
            # No card, but a number this long without a gap may hide one.
            return (last, digits[-4:]) if last == index and not kept else None
        if len(digits) >= _MIN_CARD and _passes_luhn(digits):
            return last, digits[-4:]
    return None


def _passes_luhn(digits: str) -> bool:
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(_DOUBLED[value] for value in values[1::2])) % 10 == 0


def _phone(found: str) -> str:
    """Return a phone number without its middle; dates and short numbers stay as they are."""
    count = sum(map(str.isdigit, found))
    if not _MIN_PHONE <= count <= _MAX_PHONE or _LOOKS_LIKE_DATE.match(found):
        return found
    return f"{found[:3]}{DOTS}{found[-2:]}"
