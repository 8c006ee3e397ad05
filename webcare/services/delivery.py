"""Submits replies: checked once more, written once, queued for the channel, never sent from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.approvals import Need, stricter
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Conversation, Delivery, Draft, Message
from webcare.queries import approvals as approval_rows
from webcare.services import (
    approval_requests,
    arrivals,
    assignment,
    conversations,
    fact_links,
    grounds,
    lanes,
    outgoing,
    overrides,
    press,
    reply_checks,
    shifts,
    template_only,
    timeline,
    wording,
)

LONGEST = 10_000
_LONGEST_TOKEN = 100


@dataclass(frozen=True, slots=True)
class Submission:
    """A reply that an agent wants to leave.

    `seen_version` is the conversation's version on their screen, `client_token` a random word made once
    per form, `facts` maps keys to the versions that the text states. `is_anyway`: they have read that
    something new arrived and send all the same. `override_reason` lets what the checks stop pass, by a
    lead; `asks_lead` asks a lead to. `not_stated` are facts (key and version) that the text seems to state
    and, its author says, doesn't.
    """

    conversation_id: int
    seen_version: int
    client_token: str
    text: str
    reply_template: str | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    is_anyway: bool = False
    override_reason: str = ""
    asks_lead: bool = False
    not_stated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """Where a reply went; `is_repeat` when this form had been submitted before.

    A reply that waits for somebody's yes has an `approval_id`, and no message and no delivery yet.
    """

    message_id: int | None
    delivery_id: int | None
    is_repeat: bool
    approval_id: int | None = None

    @property
    def is_waiting(self) -> bool:
        """Return whether nothing has left yet."""
        return self.delivery_id is None


@dataclass(frozen=True, slots=True)
class Leaving:
    """A reply that may leave now: whose it is, its words, what it rests on, and who said yes to it.

    `not_stated` are facts (key and version) that its words are not to be linked to.
    """

    author: Who
    text: str
    client_token: str
    on: grounds.Grounds
    approval: tuple[int, int] | None = None
    is_anyway: bool = False
    not_stated: Mapping[str, int] = field(default_factory=dict)


def submit(session: Session, who: Who, given: Submission) -> SubmittedRow:
    """Write a reply and queue it, or keep it until somebody says yes; the conversation then waits.

    The same form twice gives the same row twice. Raises NotAllowed, NotFound, Conflict (a colleague
    holds the claim, something arrived unseen, the form was sent with another text) and Refused with
    one reason per fact, placeholder or rule of the playbook that stands in the way.
    """
    may_send(who, given.reply_template)
    row = conversations.locked(session, who, given.conversation_id)
    text = wording.checked(given.text, "reply", LONGEST)
    token = wording.checked(given.client_token, "form's token", _LONGEST_TOKEN)
    earlier = _repeat(session, row, token, (text, given.reply_template))
    if earlier is not None:
        return earlier
    assignment.refuse_held(session, who, row)
    if row.assignee_id != who.agent_id:
        shifts.refuse_over(session, who)
    if not given.is_anyway:
        arrivals.refuse_unseen(session, row, given.seen_version)
    on = fit(session, who, row, (text, given.reply_template, given.facts), _passing(who, given))
    template_only.refuse_edited(who, on, text)
    need = approval_rows.need_under(session, who, on.playbooks, row.urgency)
    if given.asks_lead and on.overrides:
        names = ", ".join(on.overrides)
        need = stricter(Need("lead", f"{who.name} asks a lead to let this pass: {names}."), need)
    if need.is_any:
        template = (on.template.key, on.template.version) if on.template else None
        asked = approval_requests.Asked(
            text, token, template, given.facts, on.activation_id, given.not_stated
        )
        number = approval_requests.ask(session, who, row, (asked, need))
        return SubmittedRow(None, None, is_repeat=False, approval_id=number)
    leaving = Leaving(who, text, token, on, is_anyway=given.is_anyway, not_stated=given.not_stated)
    queued = leave(session, row, leaving)
    return SubmittedRow(*queued, is_repeat=False)


def may_send(who: Who, reply_template: str | None) -> None:
    """Raise NotAllowed when this role doesn't send, or not without a reply template."""
    if not who.may("reply.send"):
        raise NotAllowed("Your role can write drafts but not send them; ask a colleague to look and send.")
    if reply_template is None and not who.may("reply.free_text"):
        raise NotAllowed("Your role sends reply templates only; choose one.")


def _passing(who: Who, given: Submission) -> overrides.Passing | None:
    if given.override_reason:
        return overrides.Passing(who, wording.checked(given.override_reason, "reason", 500))
    return overrides.Passing(who, "asked", is_asked=True) if given.asks_lead else None


def fit(
    session: Session,
    who: Who,
    row: Conversation,
    what: tuple[str, str | None, Mapping[str, int]],
    by: overrides.Passing | None = None,
) -> grounds.Grounds:
    """Return what a (text, template key, fact versions) rests on; raise Refused when it may not leave.

    `who` is its author; nobody answers in a lane that isn't theirs. `by` lets findings pass.
    """
    text, key, facts = what
    lanes.refuse_answer(who, row)
    on = grounds.gather(session, row, (key, facts))
    press.refuse_other(session, who, row, on)
    on = replace(on, overrides=overrides.passed(on, text, by))
    reply_checks.refuse_unfit(on, text, is_public=row.is_public, overrides=on.overrides)
    return on


def leave(session: Session, row: Conversation, what: Leaving) -> outgoing.Queued:
    """Queue a reply that passed every check; its conversation waits for the contact.

    The only door through which a person's reply leaves: `submit` and an approver's yes come here. What its
    words state is linked here, at the versions in force now, whoever wrote them and by whatever road.
    """
    approval_id, approver_id = what.approval or (None, None)
    on = replace(what.on, linked=fact_links.versions(what.on, what.text, what.not_stated))
    queued = outgoing.queue(session, row, _outgoing(replace(what, on=on), row, approver_id))
    _answered(session, what.author, row, clock.now())
    timeline.record(
        session,
        what.author,
        "submitted",
        ("conversation", row.id),
        message_id=queued.message_id,
        delivery_id=queued.delivery_id,
        reply_template=on.template.key if on.template else None,
        facts=dict(on.stated),
        linked=dict(on.linked),
        not_stated=dict(what.not_stated),
        is_anyway=what.is_anyway,
        approval_id=approval_id,
        overrides=dict(on.overrides),
    )
    live.tell(session, "conversation", [row.id])
    return queued


def _repeat(
    session: Session, row: Conversation, token: str, what: tuple[str, str | None]
) -> SubmittedRow | None:
    """Return what this form led to before, None for a new one; raise Conflict when its text has changed.

    A form that asked for approval is looked for first: the approver may have mended its text.
    """
    asked_before = approval_requests.repeated(session, row, token, what)
    asked = (
        select(Message.id, Message.text, Message.reply_template, Delivery.id.label("delivery_id"))
        .join(Delivery, Delivery.message_id == Message.id)
        .where(Message.conversation_id == row.id, Message.client_token == token)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        gone = SubmittedRow(None, None, is_repeat=True, approval_id=asked_before)
        return gone if asked_before is not None else None
    if asked_before is None and (found.text, found.reply_template) != what:
        raise Conflict("This form was sent before with another text. Nothing was sent now; reload the page.")
    return SubmittedRow(found.id, found.delivery_id, is_repeat=True, approval_id=asked_before)


def _outgoing(what: Leaving, row: Conversation, approver_id: int | None) -> outgoing.Outgoing:
    """Return the message with the versions of template and facts that it rests on."""
    on = what.on
    return outgoing.Outgoing(
        text=what.text,
        language=row.language,
        agent_id=what.author.agent_id,
        client_token=what.client_token,
        activation_id=on.activation_id,
        reply_template=(on.template.key, on.template.version) if on.template else None,
        version_ids=tuple(on.version_ids),
        approved_by=approver_id,
        overrides=on.overrides,
    )


def _answered(session: Session, who: Who, row: Conversation, now: datetime) -> None:
    """Let the conversation wait for the contact, end the claim and remove the draft."""
    row.state, row.state_at, row.waiting_since, row.due_at = "waiting", now, None, None
    row.version, row.last_message_at = row.version + 1, now
    session.flush()
    assignment.free(session, [row.id], "answered")
    session.execute(delete(Draft).where(Draft.conversation_id == row.id, Draft.agent_id == who.agent_id))
    approval_requests.overtake(session, row.id)
