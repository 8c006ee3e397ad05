"""Lets many waiting requests share one commit; each is still answered only after it.

The commit, not the parsing, is what limits intake: one writer thread takes everything that waits,
keeps it in one statement and one commit, and then wakes every request with its own receipt.
"""

from __future__ import annotations

import queue
import threading
import time

from webcare import db
from webcare.errors import Away
from webcare.queries.inboxes import InboxRow
from webcare.services import intake
from webcare.services.intake import Arrived, Receipt

# Enough to amortise a commit, few enough that one statement stays far below a second.
LARGEST_SHARE = 256
# A commit for one costs 0.4 ms of this process, a commit for 32 costs 0.5 ms. When several came at once
# last time, as many are waited for, for this long at most; a lone sender never waits.
CROWD = 3
GATHERING_S = 0.004
GLANCE_S = 0.0003
# A sender gives up on us after 10 to 20 s; we answer 503 before that, and nothing is lost: it retries.
PATIENCE_S = 8.0


class _Waiting:
    """A request that waits. A bare lock, because a Future wakes its thread twice: half of what one costs."""

    __slots__ = ("_done", "error", "inbox", "item", "receipt")

    def __init__(self, inbox: InboxRow, item: Arrived) -> None:
        self.inbox, self.item = inbox, item
        self.receipt: Receipt | None = None
        self.error: Exception | None = None
        self._done = threading.Lock()
        self._done.acquire()

    def wait(self, seconds: float) -> Receipt:
        if not self._done.acquire(timeout=seconds):
            raise Away("The database is too slow at the moment. Please send this again.")
        if self.error is not None:
            raise self.error
        if self.receipt is None:
            raise AssertionError("the writer woke a request without an answer")
        return self.receipt

    def answer(self, receipt: Receipt | None, error: Exception | None = None) -> None:
        self.receipt, self.error = receipt, error
        self._done.release()


class SharedCommit:
    """The writer thread of one process; started by the first message, so that forks don't share it."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def keep(self, inbox: InboxRow, item: Arrived) -> Receipt:
        """Keep one message and return its receipt once it is committed; raise Away when it could not be."""
        self._ensure_running()
        waiting = _Waiting(inbox, item)
        self._waiting.put(waiting)
        return waiting.wait(PATIENCE_S)

    def _ensure_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="shared-commit", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        crowd = 1
        while True:
            share = self._gather(crowd)
            crowd = len(share)
            _write(share)

    def _gather(self, crowd: int) -> list[_Waiting]:
        """Take who waits, and after a crowd give the same crowd a moment to come again."""
        share = [self._waiting.get()]
        until = time.monotonic() + GATHERING_S if crowd >= CROWD else 0.0
        while len(share) < LARGEST_SHARE:
            try:
                share.append(self._waiting.get_nowait())
            except queue.Empty:
                if len(share) >= crowd or time.monotonic() >= until:
                    break
                time.sleep(GLANCE_S)
        return share


def _write(share: list[_Waiting]) -> None:
    try:
        # New messages are kept and counted by one statement; what follows for repeated ones can be repeated.
        with db.at_once() as session:
            receipts = intake.accept_many(session, [(waiting.inbox, waiting.item) for waiting in share])
    except Away as error:
        for waiting in share:
            waiting.answer(None, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must not pay for one message
        _apart(share, error)
    else:
        for waiting, receipt in zip(share, receipts, strict=True):
            waiting.answer(receipt)


def _apart(share: list[_Waiting], error: Exception) -> None:
    if len(share) == 1:
        share[0].answer(None, error)
        return
    for waiting in share:
        _write([waiting])
