"""Lays rows for tests: the cast, inboxes, conversations, messages, activations and facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock, playbooks
from webcare.domain.playbook import samples
from webcare.domain.rights import Who
from webcare.models import Activation, Agent, Contact, Conversation, Inbox, Message, Team
from webcare.queries.activations import ActivationRow
from webcare.queries.facts import FactRow
from webcare.services import activation, facts, text_approvals
from webcare.services.activation import Activate
from webcare.services.facts import FactEntry

ASH = "volcanic-ash"


@dataclass(frozen=True)
class Cast:
    """The people of every test: Amina and Bram share a team, Carla must see nothing of it."""

    team_id: int
    other_team_id: int
    amina: Who
    bram: Who
    carla: Who
    dev: Who
    vera: Who
    ada: Who
    olga: Who

    def named(self, name: str) -> Who:
        """Return one of them by first name."""
        found: Who = getattr(self, name)
        return found


def quiet(session: Session) -> None:
    """End every activation and resolve every conversation."""
    session.execute(update(Activation).values(ended_at=clock.now()))
    session.execute(update(Conversation).values(state="resolved", assignee_id=None, claim_expires_at=None))


def team(session: Session, name: str = "") -> int:
    made = Team(name=name or f"team {uuid4().hex}")
    session.add(made)
    session.flush()
    return made.id


def agent(session: Session, name: str, role: str = "agent", team_id: int | None = None) -> Who:
    made = Agent(
        email=f"{name.lower()}.{uuid4().hex[:8]}@example.org",
        name=name,
        initials=name[:2].upper(),
        role=role,
        team_id=team_id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return Who(made.id, name, made.initials, role, team_id)


def cast(session: Session) -> Cast:
    """Make both teams with everybody in them; Ada is the admin, Olga only looks."""
    own, other = team(session), team(session)
    return Cast(
        team_id=own,
        other_team_id=other,
        amina=agent(session, "Amina", "agent", own),
        bram=agent(session, "Bram", "agent", own),
        carla=agent(session, "Carla", "agent", other),
        dev=agent(session, "Dev", "lead", own),
        vera=agent(session, "Vera", "volunteer", own),
        ada=agent(session, "Ada", "admin"),
        olga=agent(session, "Olga", "observer", own),
    )


def eve(session: Session, channel: str = "webhook", name: str = "Eve Example") -> int:
    made = Contact(
        channel=channel, address=f"eve.{uuid4().hex[:8]}@example.com", name=name, created_at=clock.now()
    )
    session.add(made)
    session.flush()
    return made.id


def inbox(session: Session, team_id: int | None = None, **values: Any) -> int:
    given = {"slug": f"inbox-{uuid4().hex[:8]}", "name": "Polder Air", "channel": "webhook", **values}
    made = Inbox(team_id=team_id, created_at=clock.now(), **given)
    session.add(made)
    session.flush()
    return made.id


def conversation(session: Session, team_id: int | None = None, **values: Any) -> Conversation:
    """Make an open U3 conversation of a team with one inbound message, waiting since now."""
    now: datetime = values.pop("at", clock.now())
    given: dict[str, Any] = {
        "inbox_id": values.pop("inbox_id", None) or inbox(session, team_id),
        "contact_id": values.pop("contact_id", None) or eve(session),
        "state": "open",
        "state_at": now,
        "urgency": 3,
        "waiting_since": now,
        "level_since": now,
        "due_at": now + timedelta(minutes=480),
        "last_message_at": now,
        "created_at": now,
        "preview": "My flight ZZ123 is cancelled",
        **values,
    }
    made = Conversation(team_id=team_id, **given)
    session.add(made)
    session.flush()
    message(session, made, at=now)
    return made


def message(
    session: Session, of: Conversation, text: str = "Hi, flight ZZ123 is cancelled", **values: Any
) -> int:
    """Add a message to a conversation without touching its version."""
    given = {"direction": "inbound", "at": clock.now(), **values}
    made = Message(conversation_id=of.id, inbox_id=of.inbox_id, text=text, **given)
    session.add(made)
    session.flush()
    return made.id


def arrives(session: Session, of: Conversation, text: str = "Hello?") -> int:
    """Let one more message of the contact arrive, as triage would."""
    number = message(session, of, text)
    of.version += 1
    session.flush()
    return number


def activated(session: Session, who: Who, playbook: str = ASH, **values: Any) -> ActivationRow:
    given = {"reason": "Ash over the hub", "severity": 2, **values}
    return activation.activate(session, who, Activate(playbook, **given))


def fact(session: Session, who: Who, activation_id: int, key: str, **values: Any) -> FactRow:
    """Write a fact down in English and Dutch; confirmed, by the operations desk."""
    given: dict[str, Any] = {
        "status": "confirmed",
        "said": {"en": f"{key} en", "nl": f"{key} nl"},
        "source": "operations",
        **values,
    }
    return facts.state(session, who, FactEntry(activation_id, key, **given))


def approve_texts(session: Session, who: Who, playbook: str = ASH) -> None:
    """Let an admin approve every legal, medical and self-harm text of a playbook by name."""
    for mark in samples.samples(playbooks.load(playbook, playbooks.shipped())):
        if mark.is_grave:
            text_approvals.approve(session, who, playbook, mark.noun, mark.key)
