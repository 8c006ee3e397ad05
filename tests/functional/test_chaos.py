"""Kills everything at random under load: nothing accepted is lost, nothing sent twice, nothing stuck."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest
import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.functional.program import Program, signed, until
from tests.functional.receiver import Receiver, receiving
from webcare import embedded
from webcare.domain.rights import Who
from webcare.errors import WebcareError
from webcare.queries.inboxes import InboxRow
from webcare.services import agents, delivery
from webcare.services.agents import NewAgent
from webcare.services.inboxes import NewInbox

pytestmark = [pytest.mark.functional, pytest.mark.timeout(300)]

SEED = 20100415
PER_SECOND = 100
SECONDS = 60
SETTLES_WITHIN_S = 60
BATCH = 5
WORDS = (
    "Is ZZ610 going today?",
    "Geen hotel geregeld voor vannacht",
    "Mijn medicijnen zijn op",
    "Refund please",
)


@dataclass
class Chaos:
    """What the three troublemakers share: who writes, who answers, who kills."""

    program: Program
    inbox: InboxRow
    agent: Who
    over: threading.Event = field(default_factory=threading.Event)
    acknowledged: set[str] = field(default_factory=set)
    refused: int = 0
    submitted: int = 0
    killed: list[str] = field(default_factory=list)

    def write(self) -> None:
        """Send batches of signed messages at a steady pace; count only what was answered 202."""
        number = 0
        begun = time.monotonic()
        with httpx.Client(base_url=self.program.url, timeout=5) as client:
            while not self.over.is_set():
                due = begun + number / PER_SECOND
                time.sleep(max(0.0, due - time.monotonic()))
                batch = [self._message(number + one) for one in range(BATCH)]
                number += BATCH
                body = json.dumps({"messages": batch}).encode()
                try:
                    answer = client.post(
                        f"/hooks/{self.inbox.slug}", content=body, headers=signed(self.inbox, body)
                    )
                except httpx.HTTPError:
                    self.refused += BATCH
                    continue
                if answer.status_code == 202:
                    self.acknowledged.update(str(one["id"]) for one in batch)
                else:
                    assert answer.status_code == 503, answer.text
                    self.refused += BATCH

    def _message(self, number: int) -> dict[str, object]:
        contact = f"c{number % 700}"
        return {
            "id": f"m{number}",
            "from": {"id": contact, "name": contact},
            "text": WORDS[number % len(WORDS)],
        }

    def answer(self) -> None:
        """Submit replies straight through the service, as many as find a conversation that waits."""
        while not self.over.is_set():
            time.sleep(0.15)
            with suppress(WebcareError, SQLAlchemyError, AssertionError), self.program.session() as session:
                found = session.execute(_WAITING).first()
                if found:
                    given = delivery.Submission(
                        found.id, found.version, uuid4().hex, "We are reading this now."
                    )
                    delivery.submit(session, self.agent, given)
                    self.submitted += 1

    def kill(self) -> None:
        """Every second or two kill a process with -9 or flush Valkey; once, kill the supervisor itself."""
        dice = random.Random(SEED)
        middle = time.monotonic() + SECONDS / 2
        while not self.over.wait(dice.uniform(0.8, 1.8)):
            if time.monotonic() > middle and "everything" not in self.killed:
                self.killed.append("everything")
                self.program.kill()
                self.program.start()
            elif dice.random() < 0.15:
                self._flush()
            else:
                self._kill_one(dice)

    def _flush(self) -> None:
        found = embedded.running(self.program.var)
        if found is not None:
            with suppress(redis.RedisError), redis.Redis.from_url(found.redis_url) as link:
                link.flushall()
                self.killed.append("flushed")

    def _kill_one(self, dice: random.Random) -> None:
        alive = {pid: words for pid, words in self.program.processes().items() if "postgres" not in words}
        if alive:
            pid = dice.choice(sorted(alive))
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.killed.append("valkey" if "valkey" in alive[pid] else "process")


_UNDECIDED = "SELECT 1 FROM deliveries WHERE state IN ('queued', 'claimed', 'sending', 'retry_wait') LIMIT 1"
_WAITING = text("SELECT id, version FROM conversations WHERE state = 'open' ORDER BY random() LIMIT 1")


@pytest.fixture
def chaos(start: Callable[..., Program]) -> Chaos:
    program = start()
    inbox = program.inbox(NewInbox("chaos", "Chaos", "webhook"))
    with program.session() as session:
        agent = agents.create(session, None, NewAgent("amina@polder-air.example", "Amina", "AM"))
    return Chaos(program, inbox, agent.who())


def test_nothing_accepted_is_lost_and_no_reply_is_sent_twice(chaos: Chaos) -> None:
    with receiving() as receiver:
        _point_replies_to(chaos, receiver)
        _rage(chaos)
        ended = time.monotonic()
        _check_messages(chaos)
        _check_deliveries(chaos, receiver)
        print(  # noqa: T201 - the figures belong in the log of a run
            f"\n{len(chaos.acknowledged)} acknowledged, {chaos.refused} refused, {chaos.submitted} replies,"
            f" {len(chaos.killed)} kills, settled {time.monotonic() - ended:.1f} s after the end"
        )


def _point_replies_to(chaos: Chaos, receiver: Receiver) -> None:
    chaos.program.rows(
        "UPDATE inboxes SET options = jsonb_build_object("
        "'outbound_url', CAST(:url AS text), 'allow_private', true) RETURNING 1",
        url=receiver.url,
    )


def _rage(chaos: Chaos) -> None:
    threads = [threading.Thread(target=one) for one in (chaos.write, chaos.answer, chaos.kill)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    chaos.over.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert len(chaos.acknowledged) > PER_SECOND * SECONDS / 3, (
        "so little was accepted that this proves nothing"
    )
    assert {"process", "valkey", "everything"} <= set(chaos.killed)


def _check_messages(chaos: Chaos) -> None:
    program = chaos.program
    stored = {row[0] for row in program.rows("SELECT external_id FROM raw_events")}
    assert chaos.acknowledged <= stored, "accepted means stored"
    until(
        SETTLES_WITHIN_S,
        f"everything triaged; the log ends with {program.log()[-1500:]}",
        lambda: not program.rows("SELECT 1 FROM raw_events WHERE state = 'received' LIMIT 1"),
    )
    ((messages, raw, names),) = program.rows(
        "SELECT count(*), count(DISTINCT raw_event_id), count(DISTINCT external_id)"
        " FROM messages WHERE direction = 'inbound'"
    )
    assert messages == raw == names == len(stored), "triaged once, each of them"
    ((contacts, conversations),) = program.rows(
        "SELECT count(DISTINCT contact_id), count(*) FILTER (WHERE state <> 'resolved') FROM conversations"
    )
    assert contacts == conversations, "one conversation per contact"


def _check_deliveries(chaos: Chaos, receiver: Receiver) -> None:
    program = chaos.program
    assert chaos.submitted > 20
    until(
        180,
        "no delivery stuck",
        lambda: not program.rows(_UNDECIDED),
    )
    twice = {key: times for key, times in receiver.taken.items() if times > 1}
    assert not twice, "a reply is never sent twice"
    states = dict(program.rows("SELECT state, count(*) FROM deliveries GROUP BY state"))
    assert set(states) <= {"sent", "unknown"}, states
    sent = {
        row[0]
        for row in program.rows(
            "SELECT m.key FROM messages m JOIN deliveries d ON d.message_id = m.id WHERE d.state = 'sent'"
        )
    }
    assert sent <= set(receiver.taken), "what we say is sent did arrive"
    assert states["sent"] > states.get("unknown", 0)
