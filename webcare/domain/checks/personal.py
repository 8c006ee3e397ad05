"""Finds personal data in a reply that everybody can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webcare.domain.checks.finding import Finding, Mend
from webcare.domain.checks.folding import fold
from webcare.domain.checks.reading import WEB_ADDRESS, Reading, Span, contact, contacts, is_valid
from webcare.domain.triage.privacy import find_exposures, is_iban, is_luhn

_BOOKING_WORD = (
    r"(?:booking|reservation|record locator|confirmation|pnr|ref(?:erence)?|boekings?\w*|boeking"
    r"|reserverings?\w*|reservering|dossier\w*|buchungs?\w*"
    r"|reservierungs?\w*|reservation|localizador|reserva|code|locator)"
)
_CODE_AFTER_WORD = re.compile(
    rf"\b{_BOOKING_WORD}\b[^\n.?!]{{0,24}}?\b(?-i:(?P<code>(?!(?:PLEASE|THANKS|ALWAYS|GRAAG"
    rf"|BITTE)\b)[A-Z0-9]{{6}}))\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![\w/#@.-])(?=[A-Z0-9]{0,5}[A-Z])(?=[A-Z0-9]{0,5}\d)[A-Z0-9]{6}(?![\w@-]|\.\w)")
_FLIGHT = re.compile(r"[A-Z]{2}\d{3,4}|\d{4}[A-Z]{2}|\d{1,2}(?:AM|PM|UTC|CET)", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][a-z]+\b")
_REACH = 60
_SHORTEST_ACCOUNT = 15
_SHORTEST_PHONE, _LONGEST_PHONE = 9, 15
_PASSPORT = re.compile(
    r"\b(?:passport|paspoort\w*|reisepass\w*|pass-?nummer|passeport|pasaporte|id[- ](?:card"
    r"|number|nummer)|identity card|identiteitskaart|personalausweis\w*|bsn|dni|nie)\b"
    r"[^\n.?!]{0,30}?\b(?P<code>(?=[A-Z]{0,3}\d)[A-Z0-9]{6,10})\b",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]){11,30}", re.IGNORECASE)
_CARD = re.compile(r"(?<![\d+])\d(?:[ .-]?\d){12,18}(?!\d)")
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:\+|00)\d{1,3}(?:[\s./-]{0,2}(?:\(0\))?\(?\d\)?){7,12}(?!\w)"
    r"|(?<![\w.,/-])\(?0\d{1,3}\)?(?:[\s./-]{0,3}\d){6,9}(?!\w|[.,]\d)"
)
_DATES = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)\d\d")
_BORN = re.compile(
    r"\b(?:born|date of birth|birth ?date|birthday|dob|geboren|geboortedatum|geb\.|geburtsdatum"
    r"|geburtstag|née? le|date de naissance|nacid[oa]|fecha de nacimiento)\b"
    r"[^\n\d]{0,25}(?P<code>\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}|\d{1,2}\.? ?(?:de "
    r")?[^\W\d_]{3,10}\.?,? ?(?:de )?\d{2,4})",
    re.IGNORECASE,
)
# What may follow a house number: 8-bis, 12 A-3, 4 III, 7 hs, 22 boven.
_ADDITION = r"(?:\s?[-/]?\s?(?:bis|hs|huis|boven|beneden|rood|zw|[ivx]{1,3}|[a-z]|\d{1,3})\b){0,2}"
_POSTCODE = re.compile(
    rf"\b[^\W\d_][\w.'-]{{1,30}}(?:\s[\w.'-]{{1,30}}){{0,3}}\s"
    rf"(?:nr\.?\s)?\d{{1,4}}{_ADDITION}\s?[,/]?\s(?:in\s)?[1-9]\d{{3}}\s?(?-i:[A-Z]{{2}})\b"
    r"|\b\d{1,4}[a-z]?,?\s[^\W\d_][\w.'-]{1,30}(?:\s[\w.'-]{1,30}){0,3},?\s(?:[\w-]{1,30},?\s)?"
    r"(?-i:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b"
    r"|\b[^\W\d_][\w.'-]{0,30}(?:stra(?:ss|ß)e|str\.|weg|platz|allee|gasse)\s\d{1,4}\s?[a-z]?,?\s\d{5}\b"
    r"|\b\d{1,4},?\s(?:rue|avenue|boulevard|place|chemin)\s[^\n,]{2,40},?\s\d{5}\b"
    r"|\b(?:calle|avenida|plaza|c/)\s[^\n,]{2,40},?\s\d{1,4},?\s\d{5}\b"
    r"|\b(?-i:[1-9]\d{3}\s?[A-Z]{2}),?\s(?:nr\.?\s|nummer\s|huisnummer\s|number\s)?\d{1,4}\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b[A-Z][\w'-]{0,30}(?:straat|laan|weg|plein|gracht|kade|singel|dijk|hof|pad|steeg"
    r"|dreef|hout|park|wal|markt|oever|plantsoen|erf|stra(?:ss|ß)e|str\.)\s(?:nr\.?\s)?\d{1,4}\s?[a-z]?\b"
    r"|\b\d{1,4},?\s(?:rue|avenue|boulevard|place|chemin)\s(?:\w+\s){0,2}[A-Z][\w'-]{2,30}"
    r"|\b(?:[Cc]alle|[Aa]venida|[Pp]laza)\s(?:\w+\s){0,3}[A-Z][\w'-]{2,30},?\s\d{1,4}\b"
    r"|\b\d{1,4}[a-z]?\s(?:[A-Z][\w'-]{1,30}\s){1,3}(?:Street|Road|Avenue|Lane|Drive|Close|Square"
    r"|Court|Way|St|Rd|Ave|Crescent|Terrace|Gardens|Place|Grove|Row|Mews|Hill|Walk)\b"
)
_OURS = re.compile(
    r"\b(?:our|desk|counter|shop|office|store|onze?|balie|loket|winkel|kantoor|unser\w*|notre|nos"
    r"|nuestr\w*)\b",
    re.IGNORECASE,
)
_KINDS = {
    "card number": "a card number",
    "bank account": "a bank account",
    "passport number": "a passport number",
    "ticket number": "a ticket number",
    "phone number": "a phone number",
    "birth date": "a date of birth",
    "e-mail address": "an e-mail address",
    "booking code": "a booking code",
}


def find_personal(reading: Reading) -> Iterator[Finding]:
    """Yield each piece of personal data; nothing when the reply is private."""
    if not reading.draft.is_public:
        return
    own = frozenset().union(
        *(contacts(" ".join(fact.values)) for fact in reading.draft.facts if is_valid(fact))
    )
    known = fold(" ".join(" ".join(fact.values) for fact in reading.draft.facts if is_valid(fact)))
    said = reading.quoted(tuple(fact for fact in reading.draft.facts if is_valid(fact)))
    taken: list[Span] = []
    for kind, span in _pieces(reading):
        words = reading.draft.text[slice(*span)]
        is_own = contact(words) in own or any(start <= span[0] and span[1] <= end for start, end in said)
        is_own = is_own or fold(words) in known
        is_own = is_own or any(
            one.startswith("0") and one.endswith(contact(words)) for one in own if contact(words)
        )
        if is_own or any(start < span[1] and span[0] < end for start, end in taken):
            continue
        taken.append(span)
        yield Finding(
            "personal_data_public",
            "block",
            *span,
            f"Everybody can read this reply, and it holds {kind}. Take it out, or move to a private message.",
            Mend("Take it out", *span, "…"),
            is_final=True,
        )


def _pieces(reading: Reading) -> Iterator[tuple[str, Span]]:
    text = WEB_ADDRESS.sub(lambda found: "\u00b7" * len(found[0]), reading.draft.text)
    for kind, pattern, fits in (
        ("a card number", _CARD, _is_card),
        ("a bank account", _IBAN, _is_iban),
        ("a passport number", _PASSPORT, lambda found: any(map(str.isdigit, found["code"]))),
        ("a date of birth", _BORN, lambda _: True),
        ("an address", _POSTCODE, lambda _: True),
        ("an address", _STREET, _is_theirs),
        ("a phone number", _PHONE, _is_phone),
        ("a booking code", _CODE_AFTER_WORD, lambda found: _FLIGHT.fullmatch(found["code"]) is None),
        ("a booking code", _CODE, lambda found: _is_code(found, reading)),
    ):
        for found in pattern.finditer(text):
            if fits(found):
                yield kind, found.span("code") if "code" in pattern.groupindex else _tight(kind, found)
    yield from _exposed(text)


def _tight(kind: str, found: re.Match[str]) -> Span:
    if kind != "a bank account":
        return found.span()
    return found.start(), found.start() + _iban_length(found[0])


def _exposed(text: str) -> Iterator[tuple[str, Span]]:
    """Yield all that triage finds in such a text: each find is blanked before the next look."""
    for _ in range(8):
        found = [
            one
            for one in find_exposures(text)
            if one.kind not in {"bank account", "card number", "booking code", "phone number"}
            and (one.kind != "passport number" or "pas" in text.lower())
        ]
        if not found:
            return
        for one in found:
            start, end = one.span
            yield _KINDS[one.kind], one.span
            text = text[:start] + " " * (end - start) + text[end:]


def _is_card(found: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", found[0])
    return len(set(digits)) > 1 and is_luhn(digits)


def _is_iban(found: re.Match[str]) -> bool:
    return _iban_length(found[0]) > 0


def _iban_length(words: str) -> int:
    """Return how many characters are a valid account number, trying shorter ones as words may follow."""
    for end in range(len(words), 14, -1):
        plain = re.sub(r"[ .-]", "", words[:end])
        if (
            len(plain) >= _SHORTEST_ACCOUNT
            and words[end - 1].isalnum()
            and (end == len(words) or not words[end].isalnum())
            and is_iban(plain)
        ):
            return end
    return 0


def _is_phone(found: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", found[0])
    return _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE and _DATES.search(found[0]) is None


def _is_theirs(found: re.Match[str]) -> bool:
    before = found.string[max(0, found.start() - 40) : found.start()].lower()
    sentence = re.split(r"[.!\n]\s", found.string[: found.start()])[-1] + found.string[found.start() :]
    is_asked = "?" in re.split(r"[.!\n]\s", sentence, maxsplit=1)[0]
    if is_asked and _OURS.search(sentence) is None:
        return True
    return (
        re.search(
            r"\b(?:your|you|je|jouw|uw|u|mr|mrs|ms|mevrouw|meneer|family|familie|address|adres"
            r"|home|huis|woont|live|lives|bezorg\w*|deliver\w*)\b",
            before,
        )
        is not None
    )


def _is_code(found: re.Match[str], reading: Reading) -> bool:
    """Return whether six letters and digits stand near a person's name or a word for a booking."""
    if _FLIGHT.fullmatch(found[0]):
        return False
    text = found.string
    around = (
        text[max(0, found.start() - _REACH) : found.start()]
        + " | "
        + text[found.end() : found.end() + _REACH]
    )
    if re.search(rf"\b{_BOOKING_WORD}\b", around, re.IGNORECASE):
        return True
    known = [word for word in fold(reading.draft.contact_name or "").split() if len(word) > 1]
    return any(word in fold(around) for word in known) or _NAME.search(around) is not None
