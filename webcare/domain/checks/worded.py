"""Reads numbers written in words ("vijfendertig", "three hundred"), and what a text counts."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = {
    **dict.fromkeys(("one", "een", "ein", "un", "une", "una"), 1),
    **dict.fromkeys(("two", "twee", "zwei", "deux", "dos"), 2),
    **dict.fromkeys(("three", "drie", "drei", "trois", "tres"), 3),
    **dict.fromkeys(("four", "vier", "quatre", "cuatro"), 4),
    **dict.fromkeys(("five", "vijf", "funf", "cinq", "cinco"), 5),
    **dict.fromkeys(("six", "zes", "sechs", "seis"), 6),
    **dict.fromkeys(("seven", "zeven", "sieben", "sept", "siete"), 7),
    **dict.fromkeys(("eight", "acht", "huit", "ocho"), 8),
    **dict.fromkeys(("nine", "negen", "neun", "neuf", "nueve"), 9),
    **dict.fromkeys(("ten", "tien", "zehn", "dix", "diez"), 10),
    **dict.fromkeys(("eleven", "elf", "onze", "once"), 11),
    **dict.fromkeys(("twelve", "twaalf", "zwolf", "douze", "doce"), 12),
    **dict.fromkeys(("thirteen", "dertien", "dreizehn", "treize", "trece"), 13),
    **dict.fromkeys(("fourteen", "veertien", "vierzehn", "quatorze", "catorce"), 14),
    **dict.fromkeys(("fifteen", "vijftien", "funfzehn", "quinze", "quince"), 15),
    **dict.fromkeys(("sixteen", "zestien", "sechzehn", "seize"), 16),
    **dict.fromkeys(("seventeen", "zeventien", "siebzehn"), 17),
    **dict.fromkeys(("eighteen", "achttien", "achtzehn"), 18),
    **dict.fromkeys(("nineteen", "negentien", "neunzehn"), 19),
}
_TENS = {
    **dict.fromkeys(("twenty", "twintig", "zwanzig", "vingt", "veinte"), 20),
    **dict.fromkeys(("thirty", "dertig", "dreissig", "trente", "treinta"), 30),
    **dict.fromkeys(("forty", "veertig", "vierzig", "quarante", "cuarenta"), 40),
    **dict.fromkeys(("fifty", "vijftig", "funfzig", "cinquante", "cincuenta"), 50),
    **dict.fromkeys(("sixty", "zestig", "sechzig", "soixante", "sesenta"), 60),
    **dict.fromkeys(("seventy", "zeventig", "siebzig", "setenta"), 70),
    **dict.fromkeys(("eighty", "tachtig", "achtzig", "ochenta"), 80),
    **dict.fromkeys(("ninety", "negentig", "neunzig", "noventa"), 90),
}
_HUNDRED, _THOUSAND = ("hundred", "honderd", "hundert"), ("thousand", "duizend", "tausend", "mille", "mil")
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_TEN = "|".join(sorted(_TENS, key=len, reverse=True))
_SMALL = rf"(?:(?:{_TEN})[- ](?:{_UNIT})|(?:{_UNIT})(?:en|und)(?:{_TEN})|{_TEN}|{_UNIT})"
_BIG = rf"(?:(?:a |{_UNIT})\s?)?(?:{'|'.join((*_HUNDRED, *_THOUSAND))})"
WORDED = rf"(?:{_BIG}(?:(?: and | en |und)?{_SMALL})?|{_SMALL})"
_PART = re.compile(rf"{'|'.join((*_HUNDRED, *_THOUSAND))}|{_TEN}|{_UNIT}")
_COUNTED = re.compile(
    rf"(?<![\w.,:/-])(?P<number>\d{{1,3}}(?:[.,]\d{{3}})+|\d{{1,7}}|{WORDED})(?P<many>\s(?:thousand"
    rf"|duizend|tausend))?"
    r"\s(?P<one>[^\W\d_]{3,})(?:\s(?P<two>[^\W\d_]{3,}))?"
)
_MEASURE = re.compile(
    r"(?:min|hour|uur|uren|stund|heure|hora|day|dag|tag|jour|dia|week|weken|woche|semain|seman|month"
    r"|maand|monat|mois|mes"
    r"|year|jaar|jahr|euro|eur|pound|pond|dollar|night|nacht|nuit|noche|percent|procent|jan|feb|maa|mar"
    r"|apr|mei|may|jun|jul"
    r"|aug|sep|okt|oct|nov|dec|van|per|and|tot|the)"
)
_FEWEST = 2
_STEM = 5


def worth(words: str) -> float:
    """Return the number that some words say; 0 when they say none."""
    total = part = 0
    for found in _PART.finditer(words):
        word = found[0]
        if word in _HUNDRED or word in _THOUSAND:
            total += (part or 1) * (100 if word in _HUNDRED else 1000)
            part = 0
        else:
            part += _TENS.get(word, 0) or _UNITS.get(word, 0)
    return float(total + part)


@lru_cache(maxsize=2048)
def counted(folded: str) -> frozenset[tuple[str, float]]:
    """Return what a text counts: the beginning of each word that follows a number, and that number."""
    pairs = set()
    for found in _COUNTED.finditer(folded):
        digits = re.sub(r"[.,]", "", found["number"])
        number = float(digits) if digits.isdigit() else worth(digits)
        number *= 1000 if found["many"] else 1
        # "Once" counts eleven in Spanish, and nothing in English.
        if number >= _FEWEST and found["number"] != "once" and not _MEASURE.match(found["one"]):
            pairs |= {(word[:_STEM], number) for word in (found["one"], found["two"]) if word}
    return frozenset(pairs)
