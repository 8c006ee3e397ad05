"""A rehearsal's rhythm: the right number, uneven, never backwards, the same after a crash."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from webcare.domain import pace


@given(st.floats(0, 36_000), st.floats(0, 60), st.integers())
def test_it_never_goes_backwards(elapsed: float, more: float, seed: int) -> None:
    assert pace.due(elapsed, 12, seed) <= pace.due(elapsed + more, 12, seed)


@given(st.floats(1, 36_000), st.floats(1, 600), st.integers())
def test_it_is_never_more_than_one_off(elapsed: float, per_minute: float, seed: int) -> None:
    assert 0 <= pace.due(elapsed, per_minute, seed) - int(elapsed * per_minute / 60) <= 1


def test_nothing_is_due_before_the_start_or_without_a_pace() -> None:
    assert (pace.due(0, 12, 1), pace.due(-5, 12, 1), pace.due(100, 0, 1)) == (0, 0, 0)


def test_the_gaps_between_messages_differ() -> None:
    moments = [t / 10 for t in range(1, 1200) if pace.due(t / 10, 12, 4) > pace.due((t - 1) / 10, 12, 4)]
    gaps = {round(later - sooner, 1) for sooner, later in pairwise(moments)}
    assert len(gaps) > 5
