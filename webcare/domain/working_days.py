"""Counts working days, Monday to Friday; public holidays differ per country and are not known here."""

from __future__ import annotations

from datetime import date, timedelta

_SATURDAY = 5


def after(day: date, count: int) -> date:
    """Return the day that lies `count` (0 or more) working days after `day`."""
    found = day
    while count > 0:
        found += timedelta(days=1)
        count -= found.weekday() < _SATURDAY
    return found
