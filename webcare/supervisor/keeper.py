"""Keeps children running: starts again what dies, reports what can't live, stops all in order.

Children are forked without exec after everything is imported once, so that they share most of their memory.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from webcare.embedded import lifeline
from webcare.errors import WebcareError
from webcare.supervisor.child import Child, start
from webcare.supervisor.ears import Heard, listening

_PATIENCE_S = 8.0
_TICK_S = 1.0
# A child that lived shorter than this died of itself, not of something that happened.
_AT_ONCE_S = 2.0
_AT_ONCE_LIMIT = 5
_FIRST_PAUSE_S = 0.2
_LONG_PAUSE_S = 30.0

Say = Callable[[str], None]


class Engines(Protocol):
    """What the supervisor wants of the embedded engines."""

    def pids(self) -> set[int]:
        """Return the process ids of the engines that are ours."""

    def revive(self) -> list[str]:
        """Start again what died, without waiting; return a sentence for each."""

    def forget(self) -> None:
        """Let go of them in a forked child."""

    def stop(self) -> None:
        """Stop them cleanly."""


@dataclass
class _Kept:
    """A child and how it fares; `pid` is 0 while it waits for its next start."""

    child: Child
    pid: int = 0
    started_at: float = 0.0
    due_at: float = 0.0
    died_at_once: int = 0


def run(
    children: Sequence[Child],
    engines: Engines | None = None,
    *,
    say: Say = lambda words: print(words, file=sys.stderr, flush=True),  # noqa: T201 - a person is watching
) -> int:
    """Run `children` until Ctrl-C, SIGTERM or SIGHUP; then stop them, and `engines` last.

    Import and fill first what the children are to share. Call it from the main thread, before any thread
    or connection pool exists: neither survives a fork. Returns the exit code 0.
    """
    gc.collect()
    lifeline.trim_memory()
    # Frozen objects are never visited by a child's collector, so their pages stay shared.
    gc.freeze()
    lifeline.adopt_orphans()
    with listening() as heard:
        keeper = _Keeper([_Kept(child) for child in children], engines, say, heard)
        try:
            keeper.keep()
        finally:
            keeper.stop()
    return 0


@dataclass
class _Keeper:
    kept: list[_Kept]
    engines: Engines | None
    say: Say
    heard: Heard
    _running: dict[int, _Kept] = field(default_factory=dict)

    def keep(self) -> None:
        """Start what is due, bury what died, until somebody wants to stop."""
        while not self.heard.wishes:
            now = time.monotonic()
            for one in self.kept:
                if not one.pid and one.due_at <= now:
                    self._start(one)
            self._revive()
            dues = [one.due_at for one in self.kept if not one.pid]
            self.heard.wait(min([_TICK_S, *(due - time.monotonic() for due in dues)]))
            for one, status in self._bury():
                self._plan_return(one, status)
            self._end_orphans()

    def stop(self) -> None:
        """End all children: politely, after 8 s or a second Ctrl-C by force; engines last."""
        if self._running:
            self.say("Stopping. A second Ctrl-C stops at once.")
        wishes = self.heard.wishes
        self._send(signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_S
        while self._running and time.monotonic() < deadline and self.heard.wishes == wishes:
            self.heard.wait(deadline - time.monotonic())
            list(self._bury())
        for one in self._running.values():
            self.say(
                f"{one.child.name} did not stop in time and is ended by force; nothing accepted is lost."
            )
        self._send(signal.SIGKILL)
        while self._running:
            self.heard.wait(_TICK_S)
            list(self._bury())
        self._end_orphans()
        if self.engines is not None:
            self.engines.stop()

    def _start(self, one: _Kept) -> None:
        one.started_at = time.monotonic()
        one.pid = start(one.child, self.engines.forget if self.engines is not None else lambda: None)
        self._running[one.pid] = one

    def _revive(self) -> None:
        try:
            for sentence in self.engines.revive() if self.engines is not None else ():
                self.say(sentence)
        except WebcareError as error:
            self.say(str(error))

    def _bury(self) -> Iterator[tuple[_Kept, int]]:
        for pid in list(self._running):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                one = self._running.pop(pid)
                one.pid = 0
                yield one, status

    def _plan_return(self, one: _Kept, status: int) -> None:
        now = time.monotonic()
        one.died_at_once = one.died_at_once + 1 if now - one.started_at < _AT_ONCE_S else 0
        if one.died_at_once >= _AT_ONCE_LIMIT:
            one.due_at = now + _LONG_PAUSE_S
            self.say(
                f"{one.child.name} ended {one.died_at_once} times in a row right after its start "
                f"({_words(status)}); the others go on. Its own message stands above, `webcare doctor` says "
                f"what to mend, and it is tried again every {_LONG_PAUSE_S:.0f} s."
            )
            return
        one.due_at = now + _FIRST_PAUSE_S * 2 ** max(0, one.died_at_once - 1)
        self.say(f"{one.child.name} ended ({_words(status)}) and is started again.")

    def _end_orphans(self) -> None:
        """End grandchildren whose parent died: a job that goes on without its worker would run twice."""
        known = set(self._running) | (self.engines.pids() if self.engines is not None else set())
        for pid in lifeline.children() - known:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)

    def _send(self, number: signal.Signals) -> None:
        for pid in self._running:
            with suppress(ProcessLookupError):
                if number == signal.SIGKILL:
                    os.killpg(pid, number)
                else:
                    os.kill(pid, number)


def _words(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
