"""Submits replies: checked once more, written once, queued for the channel, never sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Conversation, Delivery, Draft, Message, MessageFact
from webcare.services import arrivals, assignment, conversations, reply_checks, timeline, wording
from webcare.services.reply_checks import Grounds

LONGEST = 10_000
_LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """A reply that an agent wants to leave.

    `seen_version` is the conversation's version on their screen, `client_token` a random word made once
    per form, `facts` maps keys to the versions that the text states. `is_anyway`: they have read that
    something new arrived and send all the same.
    """

    conversation_id: int
    seen_version: int
    client_token: str
    text: str
    reply_template: str | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    is_anyway: bool = False


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """Where a reply went; `is_repeat` when this form had been submitted before."""

    message_id: int
    delivery_id: int
    is_repeat: bool


def submit(session: Session, who: Who, given: Submission) -> SubmittedRow:
    """Write a reply and queue it; the conversation then waits for the contact.

    The same form twice gives the same row twice. Raises NotAllowed, NotFound, Conflict (a colleague
    holds the claim, something arrived unseen, the form was sent with another text) and Refused with
    one reason per fact, placeholder or rule of the playbook that stands in the way.
    """
    _may_send(who, given)
    row = conversations.locked(session, who, given.conversation_id)
    text = wording.checked(given.text, "reply", LONGEST)
    token = wording.checked(given.client_token, "form's token", _LONGEST_TOKEN)
    earlier = _repeat(session, row, token, (text, given.reply_template))
    if earlier is not None:
        return earlier
    assignment.refuse_held(session, who, row)
    if not given.is_anyway:
        arrivals.refuse_unseen(session, row, given.seen_version)
    grounds = reply_checks.grounds(session, row, (given.reply_template, given.facts))
    reply_checks.refuse_unfit(grounds, text, is_public=row.is_public)
    now = clock.now()
    message_id = _write(session, who, (row, token, text), grounds)
    delivery_id = _queue(session, row, message_id, now)
    _answered(session, who, row, now)
    timeline.record(
        session,
        who,
        "submitted",
        ("conversation", row.id),
        message_id=message_id,
        delivery_id=delivery_id,
        reply_template=given.reply_template,
        facts=dict(given.facts),
        is_anyway=given.is_anyway,
    )
    live.tell(session, "conversation", [row.id])
    queues.after_commit(session, "delivery")
    return SubmittedRow(message_id, delivery_id, is_repeat=False)


def _may_send(who: Who, given: Submission) -> None:
    if not who.may("reply.send"):
        raise NotAllowed("Your role can write drafts but not send them; ask a colleague to look and send.")
    if given.reply_template is None and not who.may("reply.free_text"):
        raise NotAllowed("Your role sends reply templates only; choose one.")


def _repeat(
    session: Session, row: Conversation, token: str, what: tuple[str, str | None]
) -> SubmittedRow | None:
    """Return what this form led to before, None for a new one; raise Conflict when its text has changed."""
    asked = (
        select(Message.id, Message.text, Message.reply_template, Delivery.id.label("delivery_id"))
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.conversation_id == row.id, Message.client_token == token)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    if (found.text, found.reply_template) != what:
        raise Conflict("This form was sent before with another text. Nothing was sent now; reload the page.")
    return SubmittedRow(found.id, found.delivery_id, is_repeat=True)


def _write(session: Session, who: Who, what: tuple[Conversation, str, str], grounds: Grounds) -> int:
    """Write the message with the versions of template and facts that it rests on, and return its id."""
    row, token, text = what
    message_id: int = session.execute(
        insert(Message)
        .values(
            conversation_id=row.id,
            inbox_id=row.inbox_id,
            direction="outbound",
            text=text,
            subject=row.subject,
            language=row.language,
            at=clock.now(),
            agent_id=who.agent_id,
            is_public=row.is_public,
            key=str(uuid4()),
            client_token=token,
            activation_id=grounds.activation_id,
            reply_template=grounds.template.key if grounds.template else None,
            reply_template_version=grounds.template.version if grounds.template else None,
        )
        .returning(Message.id)
    ).scalar_one()
    stated = [{"message_id": message_id, "fact_version_id": each} for each in grounds.version_ids]
    if stated:
        session.execute(insert(MessageFact), stated)
    return message_id


def _queue(session: Session, row: Conversation, message_id: int, now: datetime) -> int:
    queuing = insert(Delivery).values(
        message_id=message_id, inbox_id=row.inbox_id, not_before=now, created_at=now, changed_at=now
    )
    return int(session.execute(queuing.returning(Delivery.id)).scalar_one())


def _answered(session: Session, who: Who, row: Conversation, now: datetime) -> None:
    """Let the conversation wait for the contact, end the claim and remove the draft."""
    row.state, row.state_at, row.waiting_since, row.due_at = "waiting", now, None, None
    row.version, row.last_message_at = row.version + 1, now
    session.flush()
    assignment.free(session, [row.id], "answered")
    session.execute(delete(Draft).where(Draft.conversation_id == row.id, Draft.agent_id == who.agent_id))
