"""Waiting doubles, is capped, and is spread over the whole span."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webcare.domain import backoff


@pytest.mark.parametrize(("failures", "seconds"), [(1, 30), (2, 60), (4, 240), (7, 1800), (500, 1800)])
def test_the_ceiling_doubles_up_to_half_an_hour(failures: int, seconds: int) -> None:
    assert backoff.delay(failures, lambda: 1.0) == timedelta(seconds=seconds)


def test_jitter_covers_the_whole_span_but_never_nothing() -> None:
    assert backoff.delay(3, lambda: 0.5) == timedelta(seconds=60)
    assert backoff.delay(3, lambda: 0.0) == backoff.SHORTEST


def test_no_failure_waits_as_long_as_the_first() -> None:
    assert backoff.delay(0, lambda: 1.0) == backoff.FIRST


def test_eight_failures_are_enough() -> None:
    assert [backoff.is_over(failures) for failures in (1, 7, 8, 9)] == [False, False, True, True]
