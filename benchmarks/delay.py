"""From arrival to screen at 100 messages a second, with the whole program and an open live stream."""

from __future__ import annotations

import asyncio
import html
import json
import os
import re
import tempfile
import time
from pathlib import Path

from benchmarks import load, rig
from webcare import clock, db, embedded
from webcare.channels.webhook import sign
from webcare.queries.inboxes import InboxRow
from webcare.services import agents, inboxes, sign_ins
from webcare.services.agents import NewAgent

PER_SECOND = 100
SECONDS = 30
# The page asks for the list at most this often, whatever the stream says; see webcare/static/desk.js.
THROTTLE_S = 0.5
LIST = "/conversations?tab=all&order=newest"
# One page shows 50 rows; when all of them are new, the reader goes on to the next one.
NEXT = re.compile(rb'rel="next" href="([^"]+)"')
MARK = re.compile(rb"mark-(\d+)-")


class Screen:
    """A desk: hears the stream, fetches the list, and notes when each message was first seen."""

    def __init__(self, port: int, cookie: str) -> None:
        """Take the port of the desk and the cookie of a sign-in."""
        self.port, self.cookie = port, cookie
        self.seen: dict[int, float] = {}
        self.stirred = asyncio.Event()

    async def listen(self) -> None:
        """Keep the event stream open and wake the look-out for every event."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            load.request("GET", "/events", Cookie=f"webcare={self.cookie}", Accept="text/event-stream")
        )
        await reader.readuntil(b"\r\n\r\n")
        while line := await reader.readline():
            if line.startswith(b"data:"):
                self.stirred.set()

    async def look(self) -> None:
        """Fetch the list when something stirred, no more often than a page does."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while True:
            await self.stirred.wait()
            self.stirred.clear()
            path: str | None = LIST
            while path:
                writer.write(load.request("GET", path, Cookie=f"webcare={self.cookie}", Accept="text/html"))
                path = self._notice(await _page(reader))
            await asyncio.sleep(THROTTLE_S)

    def _notice(self, page: bytes) -> str | None:
        """Note what is new on a page; return the next one when everything on this one was new."""
        now = time.perf_counter()
        marks = {int(mark) for mark in MARK.findall(page)}
        known = marks & self.seen.keys()
        self.seen |= dict.fromkeys(marks - known, now)
        following = NEXT.search(page)
        return html.unescape(following[1].decode()) if following and marks and not known else None


async def _page(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"chunked" in head:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body
    start = head.find(b"content-length:") + 15
    return await reader.readexactly(int(head[start : head.find(b"\r", start)]))


async def _write(port: int, inbox: InboxRow) -> dict[int, float]:
    sent: dict[int, float] = {}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    begun = time.perf_counter()
    for number in range(PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, begun + number / PER_SECOND - time.perf_counter()))
        text = f"mark-{number}- is my flight going?"
        body = json.dumps({"id": f"m{number}", "from": {"id": f"c{number}"}, "text": text}).encode()
        sent[number] = time.perf_counter()
        signature = sign(body, inbox.secrets[0], clock.now())
        writer.write(load.request("POST", f"/hooks/{inbox.slug}", body, Webcare_Signature=signature))
        await _page(reader)
    return sent


async def _measure(port: int, inbox: InboxRow, cookie: str) -> list[float]:
    screen = Screen(port, cookie)
    watching = [asyncio.create_task(one) for one in (screen.listen(), screen.look())]
    await asyncio.sleep(1)
    sent = await _write(port, inbox)
    await asyncio.sleep(3)
    for one in watching:
        one.cancel()
    missed = len(sent) - len(screen.seen)
    assert missed < len(sent) / 20, f"{missed} messages never came on the first page"
    return sorted((seen - sent[number]) * 1000 for number, seen in screen.seen.items())


def main() -> None:
    """Start everything, write at a steady pace, and take the time until the first page shows it."""
    with tempfile.TemporaryDirectory(prefix="webcare-bench-") as folder:
        Path(folder).chmod(0o711)
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("REDIS_URL", None)
        port = rig.free_port()
        with rig.program(["webcare.cli", "up"], port, WEBCARE_VAR=folder, WEBCARE_MAIL_PORT="-1"):
            found = embedded.running(Path(folder))
            assert found
            rig.point_to(found.database_url, found.redis_url)
            with db.transaction() as session:
                inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
                agent = agents.create(session, None, NewAgent("amina@example.org", "Amina", "AM", "lead"))
                cookie = sign_ins.begin(session, agent.id)
            waits = asyncio.run(_measure(port, inbox, cookie))
            db.dispose()
    p99 = rig.share(waits, 0.99)
    rig.show(
        "delay",
        [{"messages": len(waits), "p50 ms": rig.share(waits, 0.5), "p99 ms": p99, "most ms": waits[-1]}],
        {"p99 ms from arrival to screen (under 2,000)": p99},
    )


if __name__ == "__main__":
    main()
