"""Folds a text to lower case without accents, character for character, so that places stay the same."""

from __future__ import annotations

import unicodedata
from functools import cache

_PLAIN = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00b4": "'", "`": "'", "\u201c": '"', "\u201d": '"'}
_PLAIN |= {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2011": "-", "\u2010": "-", "\u200b": " "}
_ASCII = 128


def fold(text: str) -> str:
    """Return `text` in lower case without accents; every character stays at its place."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return "".join(one if ord(one) < _ASCII else _fold(one) for one in text).lower().replace("`", "'")


@cache
def _fold(one: str) -> str:
    if one in _PLAIN:
        return _PLAIN[one]
    low = unicodedata.normalize("NFKD", one).lower()
    base = "".join(each for each in low if not unicodedata.combining(each))
    # A sign that would become several ("½", "ß" in capitals) stays what it is.
    return (
        base if len(base) == 1 and len(base.lower()) == 1 else one.lower() if len(one.lower()) == 1 else " "
    )
