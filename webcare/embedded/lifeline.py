"""Makes a process end when the one that started it is gone, so that nothing is left running."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_M_ARENA_MAX = -8
_ON_LINUX = sys.platform.startswith("linux")
# Loaded here because looking a library up between fork and exec can deadlock.
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl if _ON_LINUX else None


def die_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Have the kernel send `by` to this process when the thread that forked it, in process `parent`, ends.

    Call it first thing after a fork. Only Linux can do this; elsewhere it does nothing, and the next
    start ends what was left over.
    """
    if _PRCTL is None:
        return
    _PRCTL(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    # The parent may have died before the call above; then nobody will ever send the signal.
    if os.getppid() != parent:
        os._exit(1)


def trim_memory() -> None:
    """Hand free memory back to the system before forking, and let threads share two heaps (glibc only)."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.mallopt(_M_ARENA_MAX, 2)
        libc.malloc_trim(0)


def adopt_orphans() -> None:
    """Have grandchildren whose parent died become children of this process (Linux only)."""
    if _PRCTL is not None:
        _PRCTL(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> frozenset[int]:
    """Return the process ids of this process's children; empty where the system can't tell."""
    found: set[int] = set()
    try:
        for thread in Path("/proc/self/task").iterdir():
            found.update(int(pid) for pid in (thread / "children").read_text(encoding="ascii").split())
    except OSError:
        return frozenset(found)
    return frozenset(found)
