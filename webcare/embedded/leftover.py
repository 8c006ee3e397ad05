"""Ends a PostgreSQL that an earlier, killed Webcare left running, and clears what misleads the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from webcare.embedded.trouble import EngineTrouble

_PATIENCE_S = 30.0
_STEP_S = 0.05


def end(data: Path) -> None:
    """Stop the PostgreSQL that runs on `data`; the caller holds the lock, so it is nobody's.

    Raises EngineTrouble when it does not end within 30 s.
    """
    pid = _noted(data)
    if pid is None:
        return
    if not _is_ours(pid, data):
        # After a restart of the machine the number may belong to something else, and PostgreSQL would refuse.
        if _runs(pid):
            (data / "postmaster.pid").unlink(missing_ok=True)
        return
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + _PATIENCE_S
    while _is_ours(pid, data):
        if time.monotonic() > deadline:
            raise EngineTrouble(
                f"An earlier PostgreSQL (process {pid}) on {data} does not end. "
                f"Wait a minute and start again; if it stays, end it with: kill -QUIT {pid}"
            )
        time.sleep(_STEP_S)


def _noted(data: Path) -> int | None:
    try:
        return abs(int((data / "postmaster.pid").read_text().splitlines()[0]))
    except (OSError, ValueError, IndexError):
        return None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(pid: int, data: Path) -> bool:
    """Return whether process `pid` is a PostgreSQL on `data`."""
    if pid <= 1 or not _runs(pid):
        return False
    return str(data) in _command(pid)


def _command(pid: int) -> str:
    # A zombie's command line is empty: it is gone, only not yet counted.
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    asked = subprocess.run(  # noqa: S603 - no shell, own words
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=10
    )
    return asked.stdout
