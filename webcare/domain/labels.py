"""Says what a label may look like: short, in small letters, and few to a conversation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from webcare.errors import Refused

LONGEST = 40
MOST = 20


def cleaned(words: str) -> str:
    """Return `words` as a label: trimmed, in small letters, one space between words.

    Raises Refused when nothing is left, when it is longer than 40 characters, or when it holds anything
    but letters, digits, spaces and `-`.
    """
    # Composed first: an é of two characters is one letter to whoever types it.
    label = " ".join(unicodedata.normalize("NFC", words).lower().split())
    if not label:
        raise Refused("The label is empty; type a word such as 'group tour'.")
    if len(label) > LONGEST:
        raise Refused(f"The label has {len(label)} characters; {LONGEST} is the most.")
    if not all(each.isalnum() or each in " -" for each in label) or not any(map(str.isalnum, label)):
        raise Refused("A label holds letters, digits, spaces and '-' only, such as 'group tour'.")
    return label


def many(words: Iterable[str]) -> tuple[str, ...]:
    """Return several labels, each once, in the order of the alphabet; raises Refused as `cleaned` does."""
    return tuple(sorted({cleaned(each) for each in words}))


def added(labels: Iterable[str], label: str) -> list[str]:
    """Return `labels` with one more at the end; raises Refused when there are twenty already."""
    found = list(labels)
    if label not in found and len(found) >= MOST:
        raise Refused(f"A conversation has {MOST} labels at most; take one off first.")
    return found if label in found else [*found, label]
