"""Runs one engine's process: start, is it there, stop, and what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from webcare.embedded.account import Account, as_account
from webcare.embedded.lifeline import die_with
from webcare.embedded.trouble import explain, tail

_LONGEST_LOG = 5 * 1024 * 1024
_STOP_S = 20.0
_KILL_S = 5.0
_STEP_S = 0.02
_REVIVE_EVERY_S = 1.0
# The engines need nothing of ours; least of all our secrets.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass
class Server:
    """One engine: what to run, as whom, and which signal ends it cleanly."""

    name: str
    argv: tuple[str, ...]
    log: Path
    account: Account | None
    stop_signal: signal.Signals
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _started_at: float = 0.0

    @property
    def pid(self) -> int | None:
        """Return the process id, or None before the first start."""
        return self._process.pid if self._process else None

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def spawn(self) -> None:
        """Start the process and return at once; call it from a thread that lives as long as the program.

        It gets a session of its own, so that Ctrl-C in the terminal reaches only us, and ends when we end.
        Raises EngineTrouble when it can't be executed.
        """
        parent = os.getpid()
        self._started_at = time.monotonic()
        with suppress(OSError):
            if self.log.stat().st_size > _LONGEST_LOG:
                self.log.replace(self.log.with_suffix(".old.log"))
        try:
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 - no shell, own words
                    self.argv,
                    cwd="/",
                    env=_ENVIRONMENT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    # Runs after the account has changed, which would clear the death signal.
                    preexec_fn=lambda: die_with(parent, self.stop_signal),  # noqa: PLW1509 - one prctl, preloaded
                    **as_account(self.account),
                )
        except OSError as error:
            raise explain(f"{self.name} can't be started", os.strerror(error.errno or 0), self.log) from error

    def revive(self) -> str | None:
        """Start the process again when it is gone, at most once a second; return a sentence when it did."""
        if self.is_alive() or time.monotonic() - self._started_at < _REVIVE_EVERY_S:
            return None
        self.spawn()
        return f"{self.name} was gone and has been started again. If this repeats, look at {self.log}."

    def wait_until(self, is_ready: Callable[[], bool], seconds: float) -> None:
        """Wait until `is_ready`; raise EngineTrouble when the process ends first or takes over `seconds`."""
        end = time.monotonic() + seconds
        while not is_ready():
            if not self.is_alive():
                raise explain(f"{self.name} did not start", tail(self.log), self.log)
            if time.monotonic() > end:
                raise explain(f"{self.name} was not ready within {seconds:.0f} s", tail(self.log), self.log)
            time.sleep(_STEP_S)

    def stop(self) -> None:
        """Ask the process to end cleanly and wait; force it after 20 s. Stopping twice does no harm."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        for by, seconds in (
            (self.stop_signal, _STOP_S),
            (signal.SIGQUIT, _KILL_S),
            (signal.SIGKILL, _KILL_S),
        ):
            process.send_signal(by)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
                return
