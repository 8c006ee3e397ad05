"""Numbers what a reading shows: parts of words, pairs of words, and what the rules saw in it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

from webcare.domain.triage.reading import Reading

BUCKETS = 1 << 17
"""Rows of the table that features are hashed into; 100,000 seen features then collide one time in two,
and a collision costs little because the rarer one weighs little."""

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
    return zlib.crc32(feature.encode()) & (BUCKETS - 1)


def parts(word: str) -> list[int]:
    """Return the rows of one folded word: first the whole word, then its parts of 3 to 5 letters.

    The edges count as letters, so that a beginning and an end are told from a middle: this is what lets
    "insulin", "insuline" and "insulinepen" help each other.
    """
    framed = f"<{word}>"
    rows = [bucket(framed)]
    for size in range(_SHORTEST, min(_LONGEST, len(framed) - 1) + 1):
        rows += [bucket(framed[at : at + size]) for at in range(len(framed) - size + 1)]
    return rows


def pairs(words: Sequence[str]) -> list[int]:
    """Return the rows of words that stand side by side, each once."""
    return sorted({bucket(f"{one} {other}") for one, other in pairwise(words)})


def marks(reading: Reading) -> list[int]:
    """Return the rows of what the rules saw, each once; the same in every language."""
    return sorted({bucket(f"#{mark}") for mark in _marks(reading)})


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
