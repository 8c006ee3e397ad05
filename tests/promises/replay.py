"""Replays an ash cloud over virtual time: contacts write, agents and volunteers work, minute by minute."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import approving, factories
from tests.services.conftest import Clock
from webcare import db, playbooks
from webcare.domain.playbook.rehearsal import messages
from webcare.domain.rights import Who
from webcare.queries import approvals as waiting
from webcare.queries import inbox
from webcare.queries.inbox import ConversationRow, View
from webcare.queries.inboxes import InboxRow
from webcare.services import (
    approval_requests,
    approvals,
    assignment,
    conversations,
    delivery,
    drafting,
    facts,
    inboxes,
    intake,
    reply_times,
    shifts,
)
from workers import triage

SEED = 20100415
FACTS = ("cancelled_until", "next_update_at")
RENEWED_EVERY = 25
SHIFT = timedelta(hours=4)
# The wire takes no time here: that replies leave, and once, is proven elsewhere.
_LEFT = text("UPDATE deliveries SET state = 'sent', changed_at = :now WHERE state = 'queued'")
_STAMPED = text("UPDATE messages SET sent_at = :now WHERE direction = 'outbound' AND sent_at IS NULL")
# A volunteer rests, asks and reads between two replies: they came from another job this morning.
BREATH = timedelta(minutes=22)
PERSONAL = "Thank you for telling us, I am reading this now. Where are you, and who is with you?"


@dataclass
class Person:
    """Somebody at the desk: how long a reply takes them, when they work, and what they are at."""

    who: Who
    minutes: int
    begins: datetime
    ends: datetime
    free_at: datetime
    holds: ConversationRow | None = None

    def is_free(self, now: datetime) -> bool:
        """Return whether they can take something now."""
        return self.holds is None and self.begins <= now < self.ends and self.free_at <= now


@dataclass
class Replay:
    """The desk in its worst hours; every minute goes through the services that the screens call."""

    time: Clock
    rate: float
    inbox: InboxRow
    activation_id: int
    lead: Person
    agents: list[Person]
    volunteers: list[Person]
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    asked: dict[int, Person] = field(default_factory=dict)
    oldest: timedelta = timedelta(0)
    minutes: int = 0

    def __post_init__(self) -> None:
        """Open the natural mix of messages that the playbook rehearses with."""
        found = playbooks.rehearsal(factories.ASH, playbooks.shipped())
        assert found is not None
        self.talk = messages(found, SEED)

    def minute(self) -> None:
        """Let one minute pass."""
        now = self.time.forward(minutes=1)
        self.minutes += 1
        self._arrive(now)
        with db.transaction() as session:
            self._duties(session)
        with db.transaction() as session:
            self._finish(session, now)
        with db.transaction() as session:
            self._look_oldest(session, now)
            self._take_duty(session, now)
            self._take(session, self.agents, now, urgent=True)
            self._approve(session, now)
            self._take(session, self.agents, now)
            self._take(session, self.volunteers, now)
            session.execute(_LEFT, {"now": now})
            session.execute(_STAMPED, {"now": now})
            if self.minutes % 5 == 0:
                reply_times.keep(session)

    def _arrive(self, now: datetime) -> None:
        """Let this minute's messages come in as the wire brings them, and be read."""
        count, at = 0, self.dice.expovariate(self.rate)
        while at < 1:
            count, at = count + 1, at + self.dice.expovariate(self.rate)
        items = [_arrived(each) for each in islice(self.talk, count)]
        if not items:
            return
        with db.transaction() as session:
            intake.accept(session, self.inbox, items)
            received = text("UPDATE raw_events SET received_at = :now WHERE state = 'received'")
            session.execute(received, {"now": now})
        assert triage.drain() == count

    def _duties(self, session: Session) -> None:
        """Do what the clock does, and let the fact keeper say again what still holds."""
        conversations.promote_waiting(session, 500)
        assignment.expire(session, 500)
        if self.minutes % RENEWED_EVERY:
            return
        for key in FACTS:
            facts.renew(session, self.lead.who, self.activation_id, key)
        approval_requests.watch(session)
        fallen = text("SELECT id FROM approvals WHERE state = 'expired' AND id = ANY(:ids)")
        for number in session.scalars(fallen, {"ids": list(self.asked)}):
            # The text came back as a draft; its author fills the template in anew.
            self._answer(session, self.asked.pop(number))

    def _finish(self, session: Session, now: datetime) -> None:
        for person in (self.lead, *self.agents, *self.volunteers):
            if person.holds is not None and person.free_at <= now and not self._is_asked(person):
                self._answer(session, person)

    def _is_asked(self, person: Person) -> bool:
        return person in self.asked.values()

    def _answer(self, session: Session, person: Person) -> None:
        row = person.holds
        assert row is not None
        template, told, stated = None, PERSONAL, {}
        if row.urgency > 2:
            made = drafting.suggest(
                session, person.who, row.id, approving.STATUS, "nl" if row.language == "nl" else "en"
            )
            template, told, stated = made.key, made.text.replace("{flight}", "ZZ610"), made.facts
        token = f"{row.id}-{self.minutes}-{person.who.agent_id}"
        given = delivery.Submission(row.id, row.version, token, told, template, stated)
        sent = delivery.submit(session, person.who, given)
        if sent.approval_id is not None:
            self.asked[sent.approval_id] = person
        else:
            self._let_go(person)

    def _let_go(self, person: Person) -> None:
        person.holds = None
        if person.who.role == "volunteer":
            person.free_at = self.time.at + BREATH

    def _approve(self, session: Session, now: datetime) -> None:
        """Let each free agent read two waiting replies, before what isn't urgent; U0 is the lead's."""
        free = [each for each in self.agents if each.is_free(now)]
        rows = waiting.waiting(session, self.lead.who, 2 * len(free) + 1) if self.asked else []
        mine = [row for row in rows if row.approver == "lead"]
        theirs = [
            (person, row) for person, row in zip(free * 2, (r for r in rows if r not in mine), strict=False)
        ]
        for person, row in [*((self.lead, row) for row in mine), *theirs]:
            approvals.approve(session, person.who, approvals.Decision(row.id, row.sha256))
            self._let_go(self.asked.pop(row.id))
            if person is not self.lead:
                person.free_at = now + timedelta(minutes=1)

    def _take(self, session: Session, people: list[Person], now: datetime, *, urgent: bool = False) -> None:
        """Let everybody who is free claim the next of the list that their role sees."""
        free = [each for each in people if each.is_free(now)]
        if not free:
            return
        page = inbox.rows(session, free[0].who, View("unassigned", "urgency", limit=len(free) + 10))
        rows = (row for row in page.rows if row.lane == "queue" and (row.urgency < 2 or not urgent))
        for person, row in zip(free, rows, strict=False):
            self._claim(session, person, row)

    def _take_duty(self, session: Session, now: datetime) -> None:
        """Let the duty lead see to dangers: nobody answers a threat, everybody else in danger is answered."""
        page = inbox.rows(session, self.lead.who, View("unassigned", "urgency"))
        for row in (each for each in page.rows if each.lane == "duty"):
            if "safety_threat" in row.intents:
                conversations.resolve(session, self.lead.who, row.id, row.version)
            elif self.lead.is_free(now):
                self._claim(session, self.lead, row)

    def _claim(self, session: Session, person: Person, row: ConversationRow) -> None:
        assignment.claim(session, person.who, row.id)
        person.holds, person.free_at = row, self.time.at + timedelta(minutes=person.minutes)

    def _look_oldest(self, session: Session, now: datetime) -> None:
        """Remember how long anybody in U1 has been without a reply at most, before help is given out."""
        asked = text("SELECT min(level_since) FROM conversations WHERE state = 'open' AND urgency = 1")
        since = session.execute(asked).scalar_one()
        self.oldest = max(self.oldest, now - since if since else timedelta(0))


def begin(time: Clock, rate: float, agents: int, volunteers: int) -> Replay:
    """Activate the playbook and seat people; half of the volunteers come two hours later, for four hours."""
    with db.transaction() as session:
        cast = factories.cast(session)
        number = approving.crisis(session, cast)
        lead = Person(cast.dev, 3, time.at, time.at + timedelta(days=1), time.at)
        crew = [_person(session, time, (f"Agent{each}", "agent", 5)) for each in range(agents)]
        helpers = [_volunteer(session, time, number, each) for each in range(volunteers)]
        box = inboxes.create(session, None, inboxes.NewInbox("help", "Polder Air", "webhook"))
    return Replay(time, rate, box, number, lead, crew, helpers)


def _person(session: Session, time: Clock, what: tuple[str, str, int], late: float = 0) -> Person:
    name, role, minutes = what
    begins = time.at + timedelta(hours=late)
    who = factories.agent(session, name, role)
    return Person(who, minutes, begins, begins + (SHIFT if role == "volunteer" else 2 * SHIFT), begins)


def _volunteer(session: Session, time: Clock, activation_id: int, number: int) -> Person:
    made = _person(session, time, (f"Helper{number}", "volunteer", 18), 2 * (number % 2))
    approving.volunteer(session, made.who, activation_id)
    start, time.at = time.at, made.begins
    shifts.begin(session, made.who.agent_id)
    time.at = start
    return made


def _arrived(said: Any) -> intake.Arrived:
    body = json.dumps({"from": {"id": said.address, "name": said.name}, "text": said.text}).encode()
    digest = sha256(body).digest()
    return intake.Arrived(f"sha256:{digest.hex()}", body, digest)


def rows(statement: str, **values: Any) -> list[Any]:
    """Return what a statement finds now."""
    with db.transaction() as session:
        return list(session.execute(text(statement), values).all())
