"""How soon somebody in danger stands on the desk while 100,000 messages wait to be read.

Run: python -m benchmarks.drain. The whole program runs; the graves arrive four a second, from the moment
the last of the 100,000 was kept until the backlog is gone.
"""

from __future__ import annotations

import http.client
import json
import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from benchmarks import rig
from webcare import clock, db, embedded
from webcare.channels.webhook import sign
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes

BACKLOG, AT_ONCE, EVERY_S = 100_000, 1000, 0.25
LONGEST_S = 900
WANTED_S = 5
ORDINARY = (
    "Is flight ZZ{n} going tomorrow, and can I still change it to Sunday? We are two with one bag.",
    "Ik wil graag weten wanneer mijn geld voor vlucht ZZ{n} terugkomt, ik heb het formulier al ingevuld.",
    "Thanks for the quick answer yesterday, ZZ{n} got us home after all.",
)
GRAVE = (
    "My father collapsed at gate {n} and he is not breathing properly",
    "Mijn dochter van 8 staat alleen op het vliegveld bij gate {n}, er is niemand bij haar",
    "There is smoke coming out of the meter box at number {n}, what do we do",
    "I have one insulin pen left for tonight and my suitcase {n} is lost",
)
_SEEN = text("""
    SELECT m.external_id, c.urgency FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.external_id = ANY(:ids)
""")
_LEFT = text("SELECT count(*) FROM raw_events WHERE state = 'received'")


class Door:
    """One kept connection to the intake of one inbox."""

    def __init__(self, port: int, inbox: InboxRow) -> None:
        """Take the port of the program and the inbox with its secret."""
        self.inbox = inbox
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, messages: list[dict[str, object]]) -> None:
        """Hand messages in; raise AssertionError when they were not kept."""
        body = json.dumps(messages).encode()
        headers = {"Webcare-Signature": sign(body, self.inbox.secrets[0], clock.now())}
        self.line.request("POST", f"/hooks/{self.inbox.slug}", body, headers)
        answer = self.line.getresponse()
        said = answer.read()
        assert answer.status == 202, said


def message(name: str, words: str) -> dict[str, object]:
    """Return a message of somebody who never wrote before."""
    return {"id": name, "from": {"id": name}, "text": words}


def fill(door: Door) -> None:
    """Hand in the backlog."""
    for start in range(0, BACKLOG, AT_ONCE):
        several = range(start, start + AT_ONCE)
        door.post([message(f"o{n}", ORDINARY[n % len(ORDINARY)].format(n=n)) for n in several])


class Watch:
    """Notes when each grave message stands on the desk, and at which level."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.sent: dict[str, float] = {}
        self.waits: dict[str, float] = {}
        self.levels: list[int] = []

    def look(self) -> None:
        """Look once for those that were not there yet."""
        open_ones = [name for name in self.sent if name not in self.waits]
        with db.transaction() as session:
            found = session.execute(_SEEN, {"ids": open_ones}).all()
        for row in found:
            self.waits[row.external_id] = time.perf_counter() - self.sent[row.external_id]
            self.levels.append(row.urgency)


def drained(door: Door, watch: Watch) -> float:
    """Hand in a grave message four times a second until the backlog is read; return how long that took."""
    begun = time.perf_counter()
    number, next_at, look_again = 0, begun, begun
    while time.perf_counter() - begun < LONGEST_S:
        if time.perf_counter() >= next_at:
            next_at += EVERY_S
            watch.sent[f"g{number}"] = time.perf_counter()
            door.post([message(f"g{number}", GRAVE[number % len(GRAVE)].format(n=number))])
            number += 1
        watch.look()
        if time.perf_counter() >= look_again:
            look_again += 1
            with db.transaction() as session:
                if not session.scalar(_LEFT):
                    break
        time.sleep(0.03)
    return time.perf_counter() - begun


def main() -> None:
    """Start everything, fill it, and take the time until each grave message stands there."""
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
            door, watch = Door(port, inbox), Watch()
            fill(door)
            spent = drained(door, watch)
            db.dispose()
    waits = sorted(watch.waits.values())
    p95 = rig.share(waits, 0.95)
    row = {"graves": len(watch.sent), "seen": len(waits), "p50 s": rig.share(waits, 0.5), "p95 s": p95}
    row |= {"most s": waits[-1], "at U0 or U1": sum(level <= 1 for level in watch.levels)}
    verdicts = {f"p95 s to the desk (under {WANTED_S})": p95, "drained a second": BACKLOG / spent}
    rig.show("drain", [row], verdicts)


if __name__ == "__main__":
    main()
