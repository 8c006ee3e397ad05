"""A score is a number from 0 to 100 that doing better never lowers, or an honest "not enough"."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from webcare.domain import score
from webcare.domain.score import Measures, Share

NAMES = ("urgent", "injects", "facts", "promises", "replies")
GOOD = Measures(
    4000, 600, Share(5, 5), Share(4, 4), facts=Share(2, 2), promises=Share(1, 1), replies=Share(3, 3)
)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    of = draw(st.integers(0, 40))
    return Share(draw(st.integers(0, 2 * of)) / 2, of)


def measures() -> st.SearchStrategy[Measures]:
    moments = st.none() | st.floats(0, 20_000)
    return st.builds(
        Measures, st.floats(0, 20_000), moments, shares(), shares(), shares(), shares(), shares()
    )


@given(measures())
def test_it_is_a_number_out_of_a_hundred_or_none(found: Measures) -> None:
    made = score.of(found)
    assert (made.total is None) == (made.measured < score.ENOUGH)
    assert made.total is None or 0 <= made.total <= 100
    assert all(part.points is None or 0 <= part.points <= part.weight for part in made.parts)
    assert sum(part.weight for part in made.parts) == 100


@given(measures(), st.sampled_from(NAMES), st.data())
def test_doing_better_never_lowers_it(found: Measures, name: str, data: st.DataObject) -> None:
    share: Share = getattr(found, name)
    more = data.draw(st.floats(0, share.of - share.good if share.of else 0))
    changed: dict[str, Any] = {name: Share(share.good + more, share.of)}
    better = score.of(replace(found, **changed)).total
    worse = score.of(found).total
    assert (better is None) == (worse is None)
    assert better is None or worse is None or better >= worse


@given(measures(), st.sampled_from(NAMES))
def test_one_more_that_went_well_never_lowers_it(found: Measures, name: str) -> None:
    share: Share = getattr(found, name)
    worse = score.of(found).total
    changed: dict[str, Any] = {name: Share(share.good + 1, share.of + 1)}
    better = score.of(replace(found, **changed)).total
    assert worse is None or (better is not None and better >= worse)


@given(measures(), st.floats(0, 20_000))
def test_an_earlier_statement_never_lowers_it(found: Measures, sooner: float) -> None:
    assume(sooner <= found.elapsed_s and (found.statement_s is None or sooner <= found.statement_s))
    worse, better = score.of(found).total, score.of(replace(found, statement_s=sooner)).total
    assert worse is None or (better is not None and better >= worse)


def test_nothing_happened_is_no_number_and_says_so() -> None:
    made = score.of(Measures(elapsed_s=300))
    assert (made.total, made.measured) == (None, 0)
    assert made.parts[0].figure == "not out yet; there is time until 15:00"
    assert {part.figure for part in made.parts[1:]} == {"nothing to measure yet"}


def test_doing_nothing_while_everything_happens_is_nought() -> None:
    made = score.of(Measures(4000, None, Share(0, 3), Share(0, 4)))
    assert (made.total, made.measured) == (0, 70)
    assert made.parts[0].figure == "none after 66:40; asked within 15:00"


@pytest.mark.parametrize(
    ("changes", "total"),
    [
        ({}, 100),
        ({"statement_s": 37.5 * 60}, 90),  # half of the way from 15 to 60 minutes costs half of 20
        ({"injects": Share(2.5, 4)}, 91),  # 25 x 2.5/4 of 25
        ({"urgent": Share(4, 5), "promises": Share(0, 1)}, 85),
        ({"replies": Share(), "facts": Share()}, 100),
    ],
)
def test_the_formula_is_the_one_of_the_docs(changes: dict[str, Any], total: int) -> None:
    assert score.of(replace(GOOD, **changes)).total == total


def test_a_stopwatch_shows_minutes_and_seconds() -> None:
    assert [score.clockwise(each) for each in (-3, 0, 65.9, 4500)] == ["0:00", "0:00", "1:05", "75:00"]
