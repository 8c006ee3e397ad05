"""Hears signals without being torn out of what is being done."""

from __future__ import annotations

import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Heard:
    """What signals told us: somebody wants to stop, and how often it was said."""

    wakeup: socket.socket
    wishes: int = 0

    def wait(self, seconds: float) -> None:
        """Sleep until a signal arrives, or for `seconds`."""
        if select.select([self.wakeup], [], [], max(0.0, seconds))[0]:
            with suppress(BlockingIOError):
                while self.wakeup.recv(4096):
                    pass


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear of signals while the block runs; afterwards they mean what they meant before."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    heard = Heard(ours)

    def wish(_number: int, _frame: object) -> None:
        heard.wishes += 1

    before = {number: signal.signal(number, wish) for number in STOPPING}
    # An ignored signal would not wake us: a child's death must.
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()
