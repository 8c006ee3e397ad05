"""Checks words that people typed before they are stored: not empty, not endless, nothing unprintable."""

from __future__ import annotations

from webcare.errors import Refused


def checked(words: str, noun: str, longest: int, *, may_be_empty: bool = False) -> str:
    """Return `words` without blanks around them; raise Refused with a sentence that names the `noun`."""
    # Browsers post line ends as CR LF; channels count and send one character.
    kept = words.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not kept and not may_be_empty:
        raise Refused(f"The {noun} is empty; write it first.")
    if len(kept) > longest:
        raise Refused(f"The {noun} has {len(kept)} characters; {longest} is the most.")
    if "\x00" in kept or not _is_text(kept):
        raise Refused(f"The {noun} has a character that can't be stored; type it anew.")
    return kept


def _is_text(words: str) -> bool:
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True
