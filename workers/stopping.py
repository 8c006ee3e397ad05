"""Says whether this process has been asked to end, so that a job stops between two rows."""

from __future__ import annotations

import threading

_ASKED = threading.Event()


def ask() -> None:
    """Ask every job of this process to end after the row it is at."""
    _ASKED.set()


def asked() -> bool:
    """Return whether this process has been asked to end."""
    return _ASKED.is_set()


def wait(seconds: float) -> bool:
    """Sleep for `seconds`, or less when asked to end; return whether that was asked."""
    return _ASKED.wait(seconds)


def forget() -> None:
    """Begin anew; for a process that starts a loop after another one has ended."""
    _ASKED.clear()
