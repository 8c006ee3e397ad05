"""Starts what the settings leave open, remembers it for other commands, and stops it last."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from webcare.embedded import account, places, postgres, valkey
from webcare.embedded.server import Server
from webcare.embedded.trouble import EngineTrouble
from webcare.settings import Settings

_LOCK = "engines.lock"
_NOTE = "engines.json"
# A killed program's children hold the lock for a moment longer, and `running` takes it for an instant.
_LOCK_PATIENCE_S = 3.0
_STEP_S = 0.05


@dataclass
class Engines:
    """The two addresses, and the servers behind them as far as they are ours."""

    database_url: str
    redis_url: str
    servers: list[Server] = field(default_factory=list)
    _closing: list[Callable[[], None]] = field(default_factory=list, repr=False)
    _lock: IO[str] | None = field(default=None, repr=False)

    def pids(self) -> set[int]:
        """Return the process ids of the engines that are ours."""
        return {server.pid for server in self.servers if server.pid is not None}

    def revive(self) -> list[str]:
        """Start again, without waiting, what died; return a sentence for each one."""
        return [said for server in self.servers if (said := server.revive())]

    def forget(self) -> None:
        """Let go of the lock in a forked child: only the program that started the engines holds it."""
        if self._lock is not None:
            self._lock.close()
        self.servers, self._closing, self._lock = [], [], None

    def stop(self) -> None:
        """Stop the engines that we started, cleanly, the database last. Stopping twice does no harm."""
        for server in reversed(self.servers):
            server.stop()
        for close in self._closing:
            close()
        self.forget()


def start(
    var: Path, settings: Settings, *, is_durable: bool = True, say: Callable[[str], None] = lambda _: None
) -> Engines:
    """Start PostgreSQL and Valkey with their data under `var`, except where `settings` name an address.

    Both end when this program ends, however it ends; call it from the main thread. `is_durable=False`
    is for tests only: quick, and lost with the power. `say` hears one sentence per step that takes time.
    Raises EngineTrouble with a sentence that says how to mend it.
    """
    if settings.database_url and settings.redis_url:
        return Engines(settings.database_url, settings.redis_url)
    where = places.prepare(var, account.choose(settings.webcare_pg_user))
    lock = _take_lock(where.var)
    engines = Engines(settings.database_url or "", settings.redis_url or "", _lock=lock)
    try:
        _forget_old_sockets(where)
        sockets = places.sockets(where)
        engines._closing.append(lambda: _close(where, sockets))  # noqa: SLF001 - the same module
        if not engines.database_url:
            is_new = not (where.home / "postgres").exists()
            say("Making a new database (a few seconds)." if is_new else "Starting the database.")
            engines.servers.append(
                postgres.start(where, sockets, postgres.Wanted(settings.webcare_pg_bin, is_durable))
            )
            engines.database_url = postgres.url(sockets)
        if not engines.redis_url:
            engines.servers.append(valkey.start(where, sockets))
            engines.redis_url = valkey.url(sockets)
        _write_note(where.var, sockets, engines)
    except BaseException:
        engines.stop()
        raise
    return engines


def running(var: Path) -> Engines | None:
    """Return the engines that another program started on `var`, or None; stopping them here does nothing."""
    note = _read_note(var.resolve())
    if not note:
        return None
    try:
        with (var.resolve() / _LOCK).open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Engines(note["database_url"], note["redis_url"])
    except OSError:
        return None
    return None


def _take_lock(var: Path) -> IO[str]:
    try:
        file = (var / _LOCK).open("a+")
    except OSError as error:
        raise EngineTrouble(
            f"{var / _LOCK} can't be written ({error.strerror}); check who owns {var}."
        ) from error
    deadline = time.monotonic() + _LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_STEP_S)
                continue
            file.close()
            who = _read_note(var).get("pid", "unknown")
            raise EngineTrouble(
                f"Webcare already runs on {var} (process {who}). Stop it there with Ctrl-C, "
                "or give this one a folder of its own: WEBCARE_VAR=var2"
            ) from None
        else:
            return file


def _write_note(var: Path, sockets: Path, engines: Engines) -> None:
    note = {
        "pid": str(os.getpid()),
        "database_url": engines.database_url,
        "redis_url": engines.redis_url,
        "sockets": str(sockets),
    }
    fresh = var / f"{_NOTE}.new"
    # An address given by DATABASE_URL may hold a password.
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(note), encoding="utf-8")
    fresh.replace(var / _NOTE)


def _read_note(var: Path) -> dict[str, str]:
    try:
        note = json.loads((var / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in note.items()} if isinstance(note, dict) else {}


def _forget_old_sockets(where: places.Places) -> None:
    """Remove the short socket folder of a program that was killed."""
    if old := _read_note(where.var).get("sockets"):
        places.give_up_sockets(where, Path(old))


def _close(where: places.Places, sockets: Path) -> None:
    (where.var / _NOTE).unlink(missing_ok=True)
    places.give_up_sockets(where, sockets)
