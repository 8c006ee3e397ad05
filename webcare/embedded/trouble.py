"""Puts what an engine said while failing into words that say how to mend it."""

from __future__ import annotations

from pathlib import Path

from webcare.errors import WebcareError

_LAST_LINES = 6
_LAST_BYTES = 8192

# What the engines print -> what a tired person can do about it. First match wins.
_MENDS = (
    ("No space left on device", "The disk is full: free some space and start again."),
    ("Disk quota exceeded", "The disk quota is used up: free some space and start again."),
    ("Read-only file system", "The disk is read-only: point WEBCARE_VAR to a folder that can be written."),
    ("could not resize shared memory", "Shared memory is too small: give /dev/shm at least 64 MB."),
    (
        "could not look up effective user",
        "This account has no name in /etc/passwd, which PostgreSQL insists on: add it, or set DATABASE_URL.",
    ),
    ("cannot be run as root", "Set WEBCARE_PG_USER to an ordinary account."),
    (
        "invalid locale",
        "This PostgreSQL does not know C.UTF-8: leave WEBCARE_PG_BIN empty, or use 17 or newer.",
    ),
    ("unrecognized configuration parameter", "This PostgreSQL is too old: use version 15 or newer."),
    (
        "Permission denied",
        "A folder can't be entered or written: check who owns it, or choose another WEBCARE_VAR.",
    ),
    (
        "pre-existing shared memory block",
        "Parts of an earlier PostgreSQL still run: wait a few seconds and start again.",
    ),
    ("No such file or directory", "A file is missing: install again with `make clean install`."),
)


class EngineTrouble(WebcareError):
    """An embedded engine can't be started; `str()` says why and how to mend it."""

    status = 503


def tail(log: Path) -> str:
    """Return the last lines of the file `log`, or nothing when there are none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LAST_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-_LAST_LINES:])


def explain(what: str, said: str, where: Path) -> EngineTrouble:
    """Return an error from `what` went wrong, the words the engine `said`, and the folder or log `where`."""
    mend = next((mend for sign, mend in _MENDS if sign in said), f"Look at {where} for the whole story.")
    quoted = f"\nIts last words were:\n{said}" if said else ""
    return EngineTrouble(f"{what} ({where}). {mend}{quoted}")
