"""Decides how long a failed attempt waits: doubling, capped, with full jitter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

MAX_ATTEMPTS = 8
# Mail servers that greylist want 5 to 15 minutes; eight attempts from 30 s up cover half an hour.
FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=30)
# Less would hammer a provider that has just said no.
SHORTEST = timedelta(seconds=1)


def delay(failures: int, dice: Callable[[], float]) -> timedelta:
    """Return how long to wait after the `failures`-th failure (from 1).

    `dice` returns a number from 0 up to 1. Full jitter: anything up to the ceiling is as likely, so
    that a thousand replies which failed together don't come back together.
    """
    doublings = min(max(failures, 1) - 1, 30)
    ceiling = min(LONGEST, FIRST * (1 << doublings))
    return max(SHORTEST, ceiling * dice())


def is_over(failures: int) -> bool:
    """Return whether `failures` failed attempts are enough to give a delivery up."""
    return failures >= MAX_ATTEMPTS
