"""Numbers what a reading shows: parts of words, pairs of words, and what the rules saw in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from webcare.domain.triage.reading import Reading

BUCKETS = 1 << 17
"""Rows of the table that features are hashed into; 100,000 seen features then collide one time in two,
and a collision costs little because the rarer one weighs little."""

_LAST = BUCKETS - 1

PAIRS_WEIGHT = 0.7
WHOLE_WORD_WEIGHT = 0.5
DAMPING = 1.0
"""Added to the square of a text's length, so that two or three words never say as much as a story."""
_SHORTEST, _LONGEST = 3, 5
_HOURS = ((0, "past"), (6, "6"), (26, "24"), (74, "72"))
_MOST_MOMENTS = 3
_WORDS_A_STEP, _MOST_STEPS = 8, 5


def bucket(feature: str) -> int:
    """Return the row of a feature. CRC-32, because it is the same in every process and on every machine."""
    return crc32(feature.encode()) & _LAST


def parts(word: str) -> list[int]:
    """Return the rows of one folded word: first the whole word, then its parts of 3 to 5 letters.

    The edges count as letters, so that a beginning and an end are told from a middle: this is what lets
    "insulin", "insuline" and "insulinepen" help each other.
    """
    framed = f"<{word}>"
    # Each row as `bucket` has it, without the price of a call: a message shows two hundred parts.
    rows = [crc32(framed.encode()) & _LAST]
    for size in range(_SHORTEST, min(_LONGEST, len(framed) - 1) + 1):
        last = len(framed) - size + 1
        rows += [crc32(framed[at : at + size].encode()) & _LAST for at in range(last)]
    return rows


def pairs(words: Sequence[str]) -> list[int]:
    """Return the rows of words that stand side by side, each once."""
    return sorted({crc32(f"{one} {other}".encode()) & _LAST for one, other in pairwise(words)})


def marks(reading: Reading) -> list[int]:
    """Return the rows of what the rules saw, each once; the same in every language."""
    return sorted({_row_of(mark) for mark in _marks(reading)})


# There are as many marks as rules, and every message shows a dozen.
@lru_cache(maxsize=8_192)
def _row_of(mark: str) -> int:
    return bucket(f"#{mark}")


def _marks(reading: Reading) -> Iterable[str]:
    yield from (f"concept {name}" for name in reading.hits)
    for finding in reading.findings:
        if not finding.is_unsure:
            yield f"intent {finding.intent} {finding.level.name}"
            yield f"cue {finding.reason.words.split(';')[0]}"
    levels = [finding.level for finding in reading.findings if not finding.is_unsure]
    yield f"level {min(levels).name if levels else 'none'}"
    for moment in reading.moments[:_MOST_MOMENTS]:
        hours = (moment.at - reading.received).total_seconds() / 3600
        yield f"moment {next((name for limit, name in _HOURS if hours < limit), 'far')}"
    yield f"asks {bool(reading.words.asking)}"
    yield f"length {min(_MOST_STEPS, len(reading.words.folded) // _WORDS_A_STEP)}"
