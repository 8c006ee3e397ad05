"""B-cubed figures: counted right, and what issue 4 asks for on the held-back messages."""

from __future__ import annotations

import pytest

from benchmarks.clusters import b_cubed, lines, measured
from tests.domain.clusters.known import SHIPPED


def test_b_cubed_is_counted_per_message() -> None:
    assert b_cubed("aab", "xxy").f1 == 1
    together = b_cubed("aab", "xxx")
    assert together.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)
    assert together.recall == 1
    assert b_cubed("aab", "xyz").recall == pytest.approx(2 / 3)


@pytest.mark.parametrize("name", ["second", "held_back"])
def test_the_promised_f1_holds(name: str) -> None:
    assert measured(lines(name), SHIPPED)["f1"] >= 0.8
