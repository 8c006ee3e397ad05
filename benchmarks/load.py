"""A small HTTP client for load on loopback: many open connections, one request at a time on each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came of it: seconds in all, milliseconds per request (sorted), and answers by status."""

    seconds: float
    waits_ms: list[float]
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Return requests a second."""
        return len(self.waits_ms) / self.seconds


def run(port: int, requests: Iterable[bytes], connections: int = 32, pace: float | None = None) -> Load:
    """Send `requests` (whole HTTP/1.1 requests) over `connections` keep-alive connections.

    With `pace` (requests a second) they are sent at that rate and the wait counts from the planned
    moment, so that a slow server can't hide behind a waiting client.
    """
    return asyncio.run(_run(port, iter(requests), connections, pace))


async def _run(port: int, requests: Iterable[bytes], connections: int, pace: float | None) -> Load:
    load = Load(0.0, [])
    started = time.perf_counter()
    planned = _planner(started, pace)
    source = iter(requests)

    async def speak() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in source:
            due = planned()
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            begun = due if pace else time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            load.waits_ms.append((time.perf_counter() - begun) * 1000)
            load.statuses[status] = load.statuses.get(status, 0) + 1
        writer.close()

    await asyncio.gather(*(speak() for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    load.waits_ms.sort()
    return load


def _planner(started: float, pace: float | None) -> Callable[[], float]:
    count = -1

    def planned() -> float:
        nonlocal count
        count += 1
        return started + count / pace if pace else 0.0

    return planned


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    lowered = head.lower()
    if b"transfer-encoding: chunked" in lowered:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    else:
        start = lowered.find(b"content-length:") + 15
        await reader.readexactly(int(lowered[start : lowered.find(b"\r", start)]))
    return status


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Return one whole HTTP/1.1 request; underscores in header names become dashes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
