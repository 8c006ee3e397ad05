"""Decides how long a shift may be, and words what the lead hears about somebody who works too long."""

from __future__ import annotations

from datetime import datetime, timedelta

# R22: a volunteer reads well for four hours, not longer.
LONGEST = timedelta(hours=4)
# A second shift this soon goes on where the first one ended.
REST = timedelta(hours=12)
BREAK = timedelta(minutes=30)
WITHOUT_BREAK = timedelta(hours=4)
MOST_U0 = 3


def ends_at(now: datetime, worked: timedelta) -> datetime:
    """Return when a shift that begins at `now` ends, after `worked` in the hours before."""
    return now + max(timedelta(0), LONGEST - worked)


def no_break(initials: str) -> str:
    """Return the alert about somebody who worked four hours without a break."""
    return f"^{initials}: 4 h without a break. Send them away from the screen."


def many_u0(initials: str, count: int) -> str:
    """Return the alert about somebody who handled several U0 today."""
    return f"^{initials}: {count} U0 today. Ask how they are, and hand them something else."
