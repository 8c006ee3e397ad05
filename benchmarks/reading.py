"""From kept bytes to visible conversations: messages a second of one worker, against judging alone."""

from __future__ import annotations

import hashlib
import json
import time

from benchmarks import rig
from webcare import clock, db
from webcare.domain.triage import Text, assess
from webcare.queries import activations
from webcare.services import inboxes, intake
from webcare.services.intake import Arrived
from workers import triage

MESSAGES = 10_000
CONTACTS = 6_000
TEXTS = (
    "Our flight to Lisbon on Friday is cancelled and the line drops every time, can we go on Sunday?",
    "Wij staan met twee kleine kinderen op Schiphol, er is geen hotel geregeld en de balie is dicht. Wat nu?",
    "My mother's heart tablets run out tomorrow morning and we are stuck in Naples, who can help us today?",
    "Ik wil graag mijn geld terug en geen voucher, waar kan ik dat aanvragen en hoe lang duurt het ongeveer?",
)


def _arrived(number: int) -> Arrived:
    contact = f"c{number % CONTACTS}"
    said = {"from": {"id": contact, "name": contact}, "text": f"{TEXTS[number % 4]} {number}"}
    body = json.dumps(said).encode()
    digest = hashlib.sha256(body)
    return Arrived(f"sha256:{digest.hexdigest()}", body, digest.digest())


def main() -> None:
    """Keep the messages, drain them with the real job in this process, then judge the same texts alone."""
    with rig.engines():
        with db.transaction() as session:
            inbox = inboxes.create(session, None, inboxes.NewInbox("bench", "Bench", "webhook"))
            rules = activations.in_force(session, inbox).cues
            for first in range(0, MESSAGES, 1000):
                intake.accept(session, inbox, [_arrived(first + n) for n in range(1000)])
        now = clock.now()
        assess(Text(TEXTS[0], now), rules)
        begun, cpu = time.perf_counter(), time.process_time()
        handled = 0
        while handled < MESSAGES:
            handled += triage.drain()
        wall, own = time.perf_counter() - begun, time.process_time() - cpu
    begun = time.process_time()
    for number in range(MESSAGES // 5):
        assess(Text(f"{TEXTS[number % 4]} {number}", now), rules)
    alone = (MESSAGES // 5) / (time.process_time() - begun)
    rows = [
        {"what": "read, judged and written (wall)", "messages/s": MESSAGES / wall},
        {"what": "the same, per core of the worker", "messages/s": MESSAGES / own},
        {"what": "judged only, per core", "messages/s": alone},
    ]
    rig.show("reading", rows, {"worker / judging alone": MESSAGES / own / alone})


if __name__ == "__main__":
    main()
