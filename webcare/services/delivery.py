"""Submits replies: checked once more, written once, queued for the channel, never sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Conversation, Delivery, Draft, Message
from webcare.services import arrivals, assignment, conversations, outgoing, reply_checks, timeline, wording
from webcare.services.outgoing import Outgoing
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
    queued = outgoing.queue(session, row, _outgoing(who, (row, token, text), grounds))
    _answered(session, who, row, clock.now())
    timeline.record(
        session,
        who,
        "submitted",
        ("conversation", row.id),
        message_id=queued.message_id,
        delivery_id=queued.delivery_id,
        reply_template=given.reply_template,
        facts=dict(given.facts),
        is_anyway=given.is_anyway,
    )
    live.tell(session, "conversation", [row.id])
    return SubmittedRow(*queued, is_repeat=False)


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


def _outgoing(who: Who, what: tuple[Conversation, str, str], on: Grounds) -> Outgoing:
    """Return the message with the versions of template and facts that it rests on."""
    row, token, text = what
    return Outgoing(
        text=text,
        language=row.language,
        agent_id=who.agent_id,
        client_token=token,
        activation_id=on.activation_id,
        reply_template=(on.template.key, on.template.version) if on.template else None,
        version_ids=tuple(on.version_ids),
    )


def _answered(session: Session, who: Who, row: Conversation, now: datetime) -> None:
    """Let the conversation wait for the contact, end the claim and remove the draft."""
    row.state, row.state_at, row.waiting_since, row.due_at = "waiting", now, None, None
    row.version, row.last_message_at = row.version + 1, now
    session.flush()
    assignment.free(session, [row.id], "answered")
    session.execute(delete(Draft).where(Draft.conversation_id == row.id, Draft.agent_id == who.agent_id))
