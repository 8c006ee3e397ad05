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


@contextmanager
def running() -> Iterator[StandIn]:
    """Run a stand-in on a free port of this machine."""
    held: list[StandIn] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            return

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size) or b"{}")
            request = {"path": self.path, "body": body, "at": time.monotonic()}
            answer = held[0].next({**request, "headers": {k.lower(): v for k, v in self.headers.items()}})
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

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            return  # a caller that hangs up is part of the play

    server = Server(("127.0.0.1", 0), Handler)
    held.append(StandIn(f"http://127.0.0.1:{server.server_port}/"))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield held[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
