"""Hears SIGTERM and SIGINT, whoever else has a handler, and sees to it that the process ends in time."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

from workers import stopping

# Supervisors lose patience after about ten seconds, `webcare up` after eight. A reply that is under way
# by then is left as `sending`, which becomes `unknown`: a person decides.
GRACE_S = 4.5
_MEANT = frozenset({signal.SIGTERM, signal.SIGINT})

log = structlog.get_logger(__name__)


@contextmanager
def heard() -> Iterator[None]:
    """While the block runs, let SIGTERM and SIGINT ask all jobs to end, and force it after 4.5 s.

    The file descriptor is written to by Python itself, so this works beside RQ's own handlers, which
    replace ours as soon as its worker starts. Main thread only.
    """
    stopping.forget()
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    before = take_over()
    woken = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    over = threading.Event()
    threading.Thread(target=_listen, args=(reader, over), name="signals", daemon=True).start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        writer.close()


def take_over() -> dict[signal.Signals, Any]:
    """Put our handlers back after somebody else had theirs; return those. Main thread only."""
    return {number: signal.signal(number, _ignore) for number in _MEANT}


def _ignore(_number: int, _frame: object) -> None:
    """Keep the default from ending the process in the middle of a row; the thread below hears it."""


def _listen(reader: socket.socket, over: threading.Event) -> None:
    with reader:
        while numbers := reader.recv(16):
            if _MEANT.intersection(numbers):
                break
        else:
            return
    stopping.ask()
    if not over.wait(GRACE_S):
        log.warning("ending although a job is at work; what it was sending becomes unknown")
        os._exit(0)
