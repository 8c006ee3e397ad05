"""Walks an ash cloud from activation to stand-down: 400 people, two facts that fall, one left untold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.functional.program import Program, until
from tests.functional.receiver import Receiver, receiving
from webcare import clock
from webcare.channels.webhook import sign
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.queries import corrections as runs
from webcare.queries.inboxes import InboxRow
from webcare.services import activation, agents, corrections, delivery, facts, standing_down, suggestions
from webcare.services.activation import Activate
from webcare.services.agents import NewAgent
from webcare.services.delivery import Submission
from webcare.services.fact_entry import FactEntry
from webcare.services.inboxes import NewInbox
from webcare.services.standing_down import Closing

pytestmark = [pytest.mark.functional, pytest.mark.timeout(240), pytest.mark.xdist_group("ash")]

PEOPLE = 400
TOLD = 60
GONE = "contact-7"
ASKED = (
    "My flight ZZ610 on Thursday, is it going or not?",
    "Gaat vlucht ZZ610 vandaag nog, of kan ik beter thuisblijven?",
    "ZZ482 is cancelled, how do I get on another one? The phone line just drops the call.",
    "Wanneer weten jullie meer over zondag? Ik zit op ZZ233.",
)


@dataclass
class Cloud:
    """The desk in its worst week, and the people who run it."""

    program: Program
    inbox: InboxRow
    lead: Who
    keeper: Who
    second: Who
    activation_id: int
    receiver: Receiver

    def one(self, statement: str, **values: Any) -> Any:
        """Return the one figure that a statement counts."""
        return self.program.rows(statement, **values)[0][0]


def _who(program: Program, name: str, role: str) -> Who:
    with program.session() as session:
        new = NewAgent(f"{name.lower()}@polder-air.example", name, name[:2].upper(), role)
        number = agents.create(session, None, new).id
    return Who(number, name, name[:2].upper(), role)


@pytest.fixture
def cloud(start: Callable[..., Program]) -> Iterator[Cloud]:
    program = start()
    with receiving() as receiver:
        options = {"outbound_url": receiver.url, "allow_private": True}
        inbox = program.inbox(NewInbox("help", "Help", "webhook", options=options))
        lead, keeper, second = (
            _who(program, name, role)
            for name, role in (("Dana", "lead"), ("Kees", "agent"), ("Amina", "agent"))
        )
        with program.session() as session:
            given = Activate(
                "volcanic-ash",
                "Ash closed the airspace",
                3,
                next_update_at=clock.now() + timedelta(hours=2),
                options={"receipt": True},
            )
            row = activation.activate(session, lead, given)
        yield Cloud(program, inbox, lead, keeper, second, row.id, receiver)


def _state(cloud: Cloud, key: str, words: str) -> None:
    """Write a fact down; a way to reach us counts only when a second person has confirmed it."""
    said = {"en": words, "nl": words}
    with cloud.program.session() as session:
        entry = FactEntry(cloud.activation_id, key, "confirmed", said, "operations centre", is_public=True)
        row = facts.state(session, cloud.keeper, entry)
    if row.kind == "contact":
        assert row.state == "unverified"
        with cloud.program.session() as session:
            assert facts.verify(session, cloud.second, cloud.activation_id, key).state == "valid"


def _arrive(cloud: Cloud) -> None:
    for start in range(0, PEOPLE, 100):
        batch = [
            {
                "id": f"m{number}",
                "from": {"id": f"contact-{number}", "name": f"Person{number} Example"},
                "text": ASKED[number % len(ASKED)],
            }
            for number in range(start, start + 100)
        ]
        body = json.dumps(batch).encode()
        signature = sign(body, cloud.inbox.secrets[0], clock.now())
        url = f"{cloud.program.url}/hooks/{cloud.inbox.slug}"
        answer = httpx.post(url, content=body, headers={"Webcare-Signature": signature}, timeout=30)
        assert answer.status_code == 202
    count = "SELECT count(*) FROM conversations"
    until(60, "all are on the desk", lambda: cloud.one(count) == PEOPLE)


def _answer(cloud: Cloud, conversation: int, template: str) -> None:
    """Answer one person from a template with the facts in force, as an agent does."""
    with cloud.program.session() as session:
        filled = suggestions.suggest(session, cloud.second, conversation, template, "en")
        version = cloud.one("SELECT version FROM conversations WHERE id = :id", id=conversation)
        given = Submission(conversation, version, uuid4().hex, filled.text, template, filled.facts)
        delivery.submit(session, cloud.second, given)


def _conversation(cloud: Cloud, number: int) -> int:
    asked = (
        "SELECT c.id FROM conversations c JOIN contacts k ON k.id = c.contact_id WHERE k.address = :address"
    )
    return int(cloud.one(asked, address=f"contact-{number}"))


def test_from_activation_to_stand_down(cloud: Cloud) -> None:
    _state(cloud, "cancelled_until", "Friday 12:00 CEST")
    _state(cloud, "rebook_channels", "by private message here")
    _arrive(cloud)
    _each_has_one_receipt(cloud)
    _facts_carry_replies_and_stop_them(cloud)
    _everyone_is_corrected_but_one(cloud)
    _stand_down(cloud)


def _each_has_one_receipt(cloud: Cloud) -> None:
    given = "SELECT count(*) FROM messages WHERE is_automatic AND direction = 'outbound'"
    until(60, "everyone has a receipt", lambda: cloud.one(given) == PEOPLE)
    sent = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
    until(60, "every receipt has left", lambda: cloud.one(sent) == PEOPLE)
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM messages WHERE is_automatic GROUP BY conversation_id"
        " HAVING count(*) > 1) doubled"
    )
    assert cloud.one(twice) == 0
    assert len(cloud.receiver.bodies) == PEOPLE


def _facts_carry_replies_and_stop_them(cloud: Cloud) -> None:
    for number in range(TOLD):
        _answer(cloud, _conversation(cloud, number), "volc.reply.status")
    ending = (
        "UPDATE fact_versions v SET valid_until = now() - interval '1 minute' FROM facts f"
        " WHERE f.id = v.fact_id AND f.key = 'rebook_channels' RETURNING v.id"
    )
    cloud.program.rows(ending)
    with pytest.raises(Refused, match="'rebook_channels' expired"):
        _answer(cloud, _conversation(cloud, 100), "volc.rebook.invite")
    sent = "SELECT count(*) FROM deliveries WHERE state = 'sent'"
    until(60, "the replies have left", lambda: cloud.one(sent) == PEOPLE + TOLD)
    with cloud.program.session() as session:
        facts.retract(session, cloud.lead, cloud.activation_id, "cancelled_until", "the list was wrong")
    with pytest.raises(Refused, match="'cancelled_until' was retracted"):
        _answer(cloud, _conversation(cloud, 101), "volc.reply.status")


def _everyone_is_corrected_but_one(cloud: Cloud) -> None:
    _state(cloud, "cancelled_until", "Saturday 18:00 CEST")
    cloud.receiver.refuses = lambda body: json.loads(body)["to"]["id"] == GONE
    with cloud.program.session() as session:
        wrong = corrections.Start(cloud.activation_id, "cancelled_until", 1)
        run = corrections.start(session, cloud.lead, wrong)

    def row() -> runs.CorrectionRow:
        with cloud.program.session() as session:
            return runs.one(session, run)

    def tally() -> runs.Tally:
        with cloud.program.session() as session:
            return runs.tally(session, run)

    until(60, "all are drafted", lambda: row().state == "ready")
    assert tally().drafted == TOLD
    with cloud.program.session() as session:
        drafted_at = row().drafted_at
        assert drafted_at is not None
        corrections.approve(session, cloud.lead, run, drafted_at)
    until(90, f"all have an outcome; {tally().sentence}", lambda: tally().told + tally().left == TOLD)
    assert tally().sentence == f"{TOLD - 1} of {TOLD} told, 1 unreachable"
    with cloud.program.session() as session, pytest.raises(Refused, match="Say why"):
        corrections.close(session, cloud.lead, run)
    with cloud.program.session() as session:
        corrections.close(session, cloud.lead, run, "their account is closed; called them instead")
    corrected = [body for body in cloud.receiver.bodies if b"Saturday 18:00" in body]
    assert len(corrected) == TOLD - 1


def _stand_down(cloud: Cloud) -> None:
    with cloud.program.session() as session, pytest.raises(Refused, match="criteria"):
        standing_down.stand_down(session, cloud.lead, cloud.activation_id, "Flying again")
    with cloud.program.session() as session:
        closing = Closing(override_reason="a drill: nobody waits for bags", help_stays={"en": "Write to us."})
        row = standing_down.stand_down(session, cloud.lead, cloud.activation_id, "Flying again", closing)
    assert row.ended_at is not None
    figures = dict(
        cloud.program.rows("SELECT state, count(*) FROM deliveries GROUP BY state")  # type: ignore[arg-type]
    )
    assert figures == {"sent": PEOPLE + TOLD + TOLD - 1, "failed": 1}
    assert sum(cloud.receiver.taken.values()) == figures["sent"]
    assert set(cloud.receiver.taken.values()) == {1}
    doubled = "SELECT count(*) FROM message_facts m JOIN fact_versions v ON v.id = m.fact_version_id"
    told = f"{doubled} JOIN facts f ON f.id = v.fact_id WHERE f.key = 'cancelled_until' AND v.version = 1"
    assert cloud.one(told) == TOLD
