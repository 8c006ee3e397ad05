"""Gives tests about approvals a volunteer with a reply that is ready, and somebody who reads it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import clock
from webcare.domain.rights import Who
from webcare.models import Approval, Conversation, Message, Volunteer
from webcare.services import delivery, drafting
from webcare.services.approvals import Decision
from webcare.services.delivery import Submission, SubmittedRow

STATUS = "volc.reply.status"


def volunteer(session: Session, who: Who, activation_id: int, **values: Any) -> Volunteer:
    """Make an agent with the role volunteer one of an activation's volunteers."""
    given = {"code_version": "1", "code_accepted_at": clock.now(), "card_read_at": clock.now(), **values}
    made = Volunteer(agent_id=who.agent_id, activation_id=activation_id, **given)
    session.add(made)
    session.flush()
    return made


def quiet(session: Session) -> None:
    """End the questions that earlier tests committed, within this test's own transaction."""
    session.execute(update(Approval).where(Approval.state == "waiting").values(state="withdrawn"))


def crisis(session: Session, cast: Cast, **values: Any) -> int:
    """Activate, and state what `volc.reply.status` needs; return the activation."""
    number = factories.activated(session, cast.dev, **values).id
    for key in ("cancelled_until", "next_update_at"):
        factories.fact(session, cast.amina, number, key)
    return number


def written(session: Session, who: Who, of: Conversation, **values: Any) -> Submission:
    """Fill the template in as its author would, ready to be submitted."""
    made = drafting.suggest(session, who, of.id, STATUS, "en")
    given = {"seen_version": of.version, "client_token": uuid4().hex, "text": made.text, **values}
    return Submission(of.id, reply_template=STATUS, facts=made.facts, **given)


def asked(session: Session, who: Who, of: Conversation, **values: Any) -> SubmittedRow:
    """Submit it."""
    return delivery.submit(session, who, written(session, who, of, **values))


def approval(session: Session, number: int | None) -> Approval:
    """Return an approval as the database has it."""
    session.expire_all()
    return session.get_one(Approval, number)


def yes(session: Session, number: int | None, text: str | None = None) -> Decision:
    """Return a yes to exactly the text that stands there."""
    return Decision(number or 0, approval(session, number).sha256.hex(), text)


def left(session: Session, of: Conversation) -> int:
    """Return how many replies left a conversation."""
    asked_for = select(func.count()).where(Message.conversation_id == of.id, Message.direction == "outbound")
    return int(session.execute(asked_for).scalar_one())
