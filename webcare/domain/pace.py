"""Decides how many synthetic messages of a rehearsal are due: at a human pace, a little uneven."""

from __future__ import annotations

import random

DEFAULT_PER_MINUTE = 12.0
# One below the next whole step: a message never overtakes the one before it.
UNEVEN = 0.9


def due(elapsed_s: float, per_minute: float, seed: int) -> int:
    """Return how many messages should have arrived `elapsed_s` seconds after the start.

    The same seed gives the same uneven rhythm, so that a crash can't repeat or skip one.
    """
    if elapsed_s <= 0 or per_minute <= 0:
        return 0
    steps = elapsed_s * per_minute / 60
    certain = int(steps)
    return certain + (_jitter(seed, certain) <= steps - certain)


def _jitter(seed: int, number: int) -> float:
    return random.Random(f"{seed}:{number}").random() * UNEVEN  # noqa: S311 - a rhythm, no secret
