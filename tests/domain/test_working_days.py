"""Working days leave out Saturday and Sunday."""

from __future__ import annotations

from datetime import date

import pytest

from webcare.domain.working_days import after

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("count", "day"), [(0, FRIDAY), (1, date(2026, 11, 23)), (5, date(2026, 11, 27)), (10, date(2026, 12, 4))]
)
def test_weekends_do_not_count(count: int, day: date) -> None:
    assert after(FRIDAY, count) == day
