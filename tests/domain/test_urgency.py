"""Levels are raised, never lowered, and fall due when they promise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webcare.domain.urgency import DUE_MINUTES, Urgency, due_at, raised

WAITING = datetime(2026, 4, 13, 18, 30, tzinfo=UTC)


def test_raised_stops_at_its_ceiling_and_never_lowers() -> None:
    assert raised(Urgency.U3) == Urgency.U2
    assert raised(Urgency.U3, steps=9) == Urgency.U1
    assert raised(Urgency.U2, steps=9, ceiling=Urgency.U0) == Urgency.U0
    assert raised(Urgency.U0) == Urgency.U0
    with pytest.raises(ValueError, match="only be raised"):
        raised(Urgency.U3, steps=-1)


@pytest.mark.parametrize(("level", "minutes"), [(0, 2), (1, 15), (2, 60), (3, 480), (4, 1440)])
def test_due_by_the_base_table(level: int, minutes: int) -> None:
    assert due_at(Urgency(level), WAITING, DUE_MINUTES) - WAITING == timedelta(minutes=minutes)


def test_a_playbook_may_promise_other_minutes_for_some_levels() -> None:
    own = {Urgency.U1: 5}
    assert due_at(Urgency.U1, WAITING, own) == WAITING + timedelta(minutes=5)
    assert due_at(Urgency.U2, WAITING, own) == WAITING + timedelta(minutes=60)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        due_at(Urgency.U1, datetime(2026, 4, 13), DUE_MINUTES)  # noqa: DTZ001
