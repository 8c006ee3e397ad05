"""Gives somebody else's computer a bounded time, whatever its client library thinks of limits."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from webcare.errors import ChannelError

T = TypeVar("T")


class _Call(Generic[T]):
    """One call in a thread of its own, and what came of it."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.came: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run(self) -> None:
        """Do the work; what it raises is carried to the one who waits."""
        try:
            self.came.put((self.work(), None))
        except BaseException as error:  # noqa: BLE001 - carried over, raised again by the one who waits
            self.came.put((None, error))


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises.

    When it takes longer than `seconds`, raise a ChannelError of unknown certainty and leave it
    behind: a thread can't be stopped from outside, but nobody has to wait for it.
    """
    call = _Call(work)
    threading.Thread(target=call.run, name="outside", daemon=True).start()
    try:
        value, error = call.came.get(timeout=seconds)
    except queue.Empty:
        raise ChannelError(
            f"No answer within {seconds:.0f} s; it may have arrived.", permanent=False, certainty="unknown"
        ) from None
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # without an error it is what `work` returned
