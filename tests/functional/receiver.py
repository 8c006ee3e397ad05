"""Stands at the far end of a signed webhook: takes replies, counts them by their key, forgets none."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """How often each `Idempotency-Key` came in."""

    def __init__(self) -> None:
        """Begin with nothing received."""
        self.taken: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self._lock = threading.Lock()
        self.url = ""
        self.refuses: Callable[[bytes], bool] = lambda _body: False

    def take(self, key: str, body: bytes) -> None:
        """Note one reply."""
        with self._lock:
            self.taken[key] += 1
            self.bodies.append(body)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on loopback until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_refused = receiver.refuses(body)
            if not is_refused:
                receiver.take(self.headers["Idempotency-Key"], body)
            self.send_response(422 if is_refused else 202)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/replies"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
