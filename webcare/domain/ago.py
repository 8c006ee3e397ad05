"""Says in words how long ago something was, for the sentence that tells who was first."""

from __future__ import annotations

from datetime import datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def ago(then: datetime | None, now: datetime) -> str:
    """Return the time between two aware moments as "4 s ago", "12 min ago", "3 h ago" or "2 days ago"."""
    seconds = max(0, int((now - then).total_seconds())) if then else 0
    if seconds < 1:
        return "just now"
    if seconds < _MINUTE:
        return f"{seconds} s ago"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min ago"
    if seconds < _DAY:
        return f"{seconds // _HOUR} h ago"
    days = seconds // _DAY
    return "1 day ago" if days == 1 else f"{days} days ago"
