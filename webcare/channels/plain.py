"""Makes text from outside safe to store and to show: no NUL, no surrogates, no hidden controls."""

from __future__ import annotations

import re

MAX_TEXT = 100_000

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_HIDDEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_GAPS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def text(value: str) -> str:
    """Return text of several lines with LF line ends; NUL and surrogates become U+FFFD."""
    value = _BREAKS.sub("\n", _NOT_STORABLE.sub("\ufffd", value))
    return _CONTROLS.sub("", value)


def line(value: str, limit: int) -> str:
    """Return one line of at most `limit` characters, without controls or direction overrides."""
    value = _NOT_STORABLE.sub("\ufffd", value[: limit * 8])
    return _GAPS.sub(" ", _HIDDEN.sub("", value)).strip()[:limit].rstrip()


def bounded(value: str, notices: list[str]) -> str:
    """Return a message's text, cut after MAX_TEXT characters with a notice for the agent."""
    value = text(value)
    if len(value) <= MAX_TEXT:
        return value
    notices.append(f"The text is cut after {MAX_TEXT:,} characters; the original is kept in full.")
    return value[:MAX_TEXT]
