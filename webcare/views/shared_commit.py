"""Lets many waiting requests share one commit; each is still answered only after it.

The commit, not the parsing, is what limits intake: one writer thread takes everything that waits,
keeps it in one statement and one commit, and then wakes every request with its own receipt.
"""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field

from webcare import db
from webcare.errors import Away
from webcare.queries.inboxes import InboxRow
from webcare.services import intake
from webcare.services.intake import Arrived, Receipt

# Enough to amortise a commit, few enough that one statement stays far below a second.
LARGEST_SHARE = 256
# When several came at once last time, wait this long for the others: it doubles what one core takes in,
# and a lone sender never waits.
CROWD = 3
GATHERING_S = 0.001
# A sender gives up on us after 10 to 20 s; we answer 503 before that, and nothing is lost: it retries.
PATIENCE_S = 8.0


@dataclass(slots=True)
class _Waiting:
    inbox: InboxRow
    item: Arrived
    answer: Future[Receipt] = field(default_factory=Future)


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
        try:
            return waiting.answer.result(PATIENCE_S)
        except FutureTimeoutError as error:
            raise Away("The database is too slow at the moment. Please send this again.") from error

    def _ensure_running(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name="shared-commit", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        crowd = 1
        while True:
            share = [self._waiting.get()]
            if crowd >= CROWD:
                time.sleep(GATHERING_S)
            while len(share) < LARGEST_SHARE:
                try:
                    share.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            crowd = len(share)
            _write(share)


def _write(share: list[_Waiting]) -> None:
    try:
        with db.transaction() as session:
            receipts = intake.accept_many(session, [(waiting.inbox, waiting.item) for waiting in share])
    except Away as error:
        for waiting in share:
            waiting.answer.set_exception(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must not pay for one message
        _apart(share, error)
    else:
        for waiting, receipt in zip(share, receipts, strict=True):
            waiting.answer.set_result(receipt)


def _apart(share: list[_Waiting], error: Exception) -> None:
    if len(share) == 1:
        share[0].answer.set_exception(error)
        return
    for waiting in share:
        _write([waiting])
