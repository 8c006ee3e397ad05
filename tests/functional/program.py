"""Starts the whole program as `webcare up` does, and lets a test look inside and kill parts of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from webcare import clock, db, embedded, queues
from webcare.channels.webhook import sign
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a TCP port that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(seconds: float, what: str, is_true: Callable[[], object]) -> None:
    """Wait until `is_true()`; fail with `what` when that takes longer than `seconds`."""
    end = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < end, f"Not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


@dataclass
class Program:
    """One running `webcare up` on a folder of its own."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)
    words: Sequence[str] = ("up",)
    port: int = field(default_factory=free_port)
    mail_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    _engine: Engine | None = None

    @property
    def url(self) -> str:
        """Return the address of the desk."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, seconds: float = 40) -> None:
        """Start it and wait for the first page."""
        with (self.var / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webcare.cli", *self.words],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(seconds, f"the first page; the log ends with {self.log()[-2000:]}", self._answers)

    def environment(self) -> dict[str, str]:
        """Return the environment for this program and its commands: the test's own engines are not in it."""
        plain = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
        }
        return plain | {
            "WEBCARE_VAR": str(self.var),
            "WEBCARE_PORT": str(self.port),
            "WEBCARE_MAIL_PORT": str(self.mail_port),
            **self.settings,
        }

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"The program ended: {self.log()[-3000:]}"
        try:
            return httpx.get(f"{self.url}/healthz", timeout=1).status_code == 200
        except httpx.HTTPError:
            return False

    def log(self) -> str:
        """Return what the program has printed."""
        return (self.var / "log").read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        """Press Ctrl-C and return the exit code."""
        assert self.process is not None
        self._forget_engine()
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        """Kill the supervisor with -9; the kernel takes its children along."""
        assert self.process is not None
        self._forget_engine()
        self.process.kill()
        self.process.wait(10)

    def _forget_engine(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction in the program's own database."""
        found = embedded.running(self.var)
        assert found is not None, "no engines run on this folder"
        if self._engine is None:
            self._engine = db.make_engine(found.database_url, pool_size=4)
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session
            bells = session.info.pop("bells", set())
        with redis.Redis.from_url(found.redis_url, socket_timeout=0.5) as link:
            for bell in bells:
                _ring(link, bell)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Return what a statement says in the program's database."""
        with self.session() as session:
            return list(session.execute(text(statement), values).all())

    def inbox(self, new: inboxes.NewInbox) -> InboxRow:
        """Open an inbox."""
        with self.session() as session:
            return inboxes.create(session, None, new)

    def processes(self) -> dict[int, str]:
        """Return every process under the supervisor: its id and its command line."""
        assert self.process is not None
        found: dict[int, str] = {}
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            try:
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            found[pid] = command
            waiting += [int(child) for child in children]
        found.pop(self.process.pid, None)
        return found


def _ring(link: redis.Redis, bell: str) -> None:
    # This process has a Redis of its own; the bell must ring in the program's.
    queue, job = queues.BELLS[bell]
    with suppress(redis.RedisError):
        Queue(queue, connection=link, serializer=JSONSerializer).enqueue(job, result_ttl=0)


def signed(inbox: InboxRow, body: bytes) -> dict[str, str]:
    """Return the headers of a signed message."""
    return {
        "Webcare-Signature": sign(body, inbox.secrets[0], clock.now()),
        "Content-Type": "application/json",
    }
