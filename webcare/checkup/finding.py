"""Describes one line of a check-up: what was looked at, how it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "look", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `ok`, `look` (works, but somebody should look) or `broken`."""

    state: State
    what: str
    words: str


Check = Callable[[], Iterator[Finding]]


def ok(what: str, words: str) -> Finding:
    """Return a line about something in order."""
    return Finding("ok", what, words)


def look(what: str, words: str) -> Finding:
    """Return a line about something that somebody should look at."""
    return Finding("look", what, words)


def broken(what: str, words: str) -> Finding:
    """Return a line about something that keeps the desk from working."""
    return Finding("broken", what, words)


def all_of(what: str, check: Check) -> list[Finding]:
    """Return the findings of `check`; one that raises is itself a finding, never the end of a check-up."""
    found: list[Finding] = []
    try:
        found.extend(check())
    except Exception as error:  # noqa: BLE001 - a check-up must come to its end
        lines = str(error).splitlines()
        found.append(
            broken(what, f"The check itself failed: {type(error).__name__}: {lines[0] if lines else ''}")
        )
    return found
