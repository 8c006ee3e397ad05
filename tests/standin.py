"""A provider on this machine: a real HTTP server that answers as it is told and remembers what it took."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Answer:
    """What to do with one request: status, JSON or bytes, headers; or cut it off, or take long."""

    status: int = 200
    body: Any = field(default_factory=lambda: {"ok": True, "ts": "17.1", "id": "p-1"})
    headers: dict[str, str] = field(default_factory=dict)
    is_reset: bool = False
    wait_s: float = 0.0


@dataclass
class StandIn:
    """The server's address, the answers that are still to be given, and every request that arrived."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    otherwise: Answer = field(default_factory=Answer)
    taken: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, request: dict[str, Any]) -> Answer:
        """Remember `request` and return what it gets."""
        with self.lock:
            self.taken.append(request)
            return self.answers.pop(0) if self.answers else self.otherwise


class _Handler(BaseHTTPRequestHandler):
    """Does with each request what its stand-in says."""

    server: _Server

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take one request and answer it, or cut it off."""
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        is_form = "form" in (self.headers.get("Content-Type") or "")
        body = dict(parse_qsl(raw.decode())) if is_form else json.loads(raw or b"{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.held.next(
            {"path": self.path, "body": body, "at": time.monotonic(), "headers": headers}
        )
        time.sleep(answer.wait_s)
        if answer.is_reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self._say(answer)

    def _say(self, answer: Answer) -> None:
        said = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)


class _Server(ThreadingHTTPServer):
    """A server that keeps calm when a caller hangs up: that is part of the play."""

    daemon_threads = True
    held: StandIn

    def handle_error(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[StandIn]:
    """Run a stand-in on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.held = StandIn(f"http://127.0.0.1:{server.server_port}/")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
