"""Listens once per process to what changed in the database and fans it out to the open desks."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg

from webcare.live import CHANNEL

# A comment this often keeps proxies from closing the stream, and tells the browser that we live.
HEARTBEAT_S = 15.0
# A stream ends by itself, so that an agent who was signed out stops hearing; browsers come back alone.
LIFE_S = 300.0
# A desk that reads this slowly is told to look at everything instead.
BACKLOG = 200
RECONNECT_S = 1.0
EVERYTHING = json.dumps({"noun": "everything", "ids": []})

Queue = queue.Queue[str | None]


@dataclass(eq=False)
class Stream:
    """One open desk: what it has not been told yet."""

    waiting: Queue = field(default_factory=lambda: queue.Queue(maxsize=BACKLOG))

    def put(self, body: str) -> None:
        """Hand over one event; when the desk lags, replace its backlog by one word: everything."""
        try:
            self.waiting.put_nowait(body)
        except queue.Full:
            self._forget()
            self.waiting.put_nowait(EVERYTHING)

    def close(self) -> None:
        """Let the reader end."""
        self._forget()
        self.waiting.put_nowait(None)

    def _forget(self) -> None:
        while not self.waiting.empty():
            try:
                self.waiting.get_nowait()
            except queue.Empty:
                return


class Listener:
    """One LISTEN connection and the streams that hang on it; starts with the first stream.

    `url` names the database, `most` is how many desks may listen at once in this process.
    """

    def __init__(self, url: str, most: int) -> None:
        """Keep the address; nothing is opened yet, so that a forked child opens its own."""
        self.url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self.most = most
        self._streams: set[Stream] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closing = threading.Event()

    @property
    def open_streams(self) -> int:
        """Return how many desks listen now."""
        return len(self._streams)

    def subscribe(self) -> Stream | None:
        """Return a new stream, or None when the process holds as many as it may."""
        with self._lock:
            if len(self._streams) >= self.most or self._is_closing.is_set():
                return None
            stream = Stream()
            self._streams.add(stream)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="live-listener", daemon=True)
                self._thread.start()
            return stream

    def leave(self, stream: Stream) -> None:
        """Forget a stream; leaving twice does no harm."""
        with self._lock:
            self._streams.discard(stream)

    def close(self) -> None:
        """End every stream and the listening thread."""
        self._is_closing.set()
        for stream in list(self._streams):
            stream.close()
        if self._thread is not None:
            self._thread.join(timeout=3)

    def lines(self, stream: Stream, life: float = LIFE_S, heartbeat: float = HEARTBEAT_S) -> Iterator[str]:
        """Yield server-sent events for `stream` until it ends or `life` (seconds) is over."""
        until = time.monotonic() + life
        try:
            yield "retry: 1000\n: open\n\n"
            while (left := until - time.monotonic()) > 0:
                try:
                    body = stream.waiting.get(timeout=min(heartbeat, left))
                except queue.Empty:
                    yield ": alive\n\n"
                    continue
                if body is None:
                    return
                yield f"event: changed\ndata: {body}\n\n"
        finally:
            self.leave(stream)

    def _run(self) -> None:
        while not self._is_closing.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._is_closing.wait(RECONNECT_S)

    def _listen(self) -> None:
        with psycopg.connect(self.url, autocommit=True, connect_timeout=3) as connection:
            connection.execute(f"LISTEN {CHANNEL}")
            # Something may have happened while nobody listened.
            self._tell(EVERYTHING)
            while not self._is_closing.is_set():
                for notice in connection.notifies(timeout=1.0):
                    self._tell(notice.payload)

    def _tell(self, body: str) -> None:
        with self._lock:
            streams = list(self._streams)
        for stream in streams:
            stream.put(body)
