"""Decides how many synthetic messages of a rehearsal are due: at a human pace, a little uneven."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT_PER_MINUTE = 12.0
SLOWEST, FASTEST = 0.25, 60.0
# One below the next whole step: a message never overtakes the one before it.
UNEVEN = 0.9


@dataclass(frozen=True, slots=True)
class Pace:
    """How a rehearsal runs: messages a minute of its story, how fast the story goes, and its seed."""

    per_minute: float
    speed: float
    seed: int

    @property
    def per_real_minute(self) -> float:
        """Return how many messages arrive in a minute of the clock on the wall."""
        return self.per_minute * self.speed


def of(options: Mapping[str, Any], otherwise_seed: int) -> Pace:
    """Return the pace that an activation's options name; odd values count as not named."""
    return Pace(
        per_minute=_number(options, "per_minute", DEFAULT_PER_MINUTE),
        speed=min(max(_number(options, "speed", 1.0), SLOWEST), FASTEST),
        seed=int(_number(options, "seed", float(otherwise_seed))),
    )


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


def _number(options: Mapping[str, Any], key: str, otherwise: float) -> float:
    value = options.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return otherwise
    return float(value)
