"""Fills the words of an alert, as the playbook has them, with what its sign found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from webcare.domain.playbook.wording import Branch, Piece, parse

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)[ .,](?=\d{3}\b)")


def filled(pattern: str, values: Mapping[str, object]) -> str:
    """Return the pattern with its slots filled; a value that isn't there is said as `?`."""
    return " ".join("".join(_piece(each, values) for each in parse(pattern)).split())


def _piece(piece: Piece, values: Mapping[str, object]) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Branch):
        return "".join(_piece(each, values) for each in piece.pieces) if values.get(piece.name) else ""
    value = values.get(piece.name)
    return "?" if value is None or value == "" else str(value)


def number_in(words: str) -> float | None:
    """Return the first number in a fact's words ("about 1,200 rooms", "62%"); None when there is none."""
    found = _NUMBER.search(_THOUSANDS.sub("", words))
    return float(found[0].replace(",", ".")) if found else None


def length(span: timedelta) -> str:
    """Return how long somebody has waited, in minutes or hours."""
    minutes = max(0, int(span.total_seconds() // 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"  # noqa: PLR2004 - two hours
