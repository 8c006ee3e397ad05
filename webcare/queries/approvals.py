"""Reads replies that wait for a yes, and what the author of one has to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.orm import Session, aliased

from webcare.domain import approvals
from webcare.domain.approvals import Need
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.errors import NotFound
from webcare.models import Agent, Approval, Contact, Conversation, Inbox, Message
from webcare.queries import rules, running, scope, volunteers

# Nobody reads more at once; the count in the navigation stops there as well.
SHOWN = 25
COUNTED = 1000
# What the author of a reply still has to hear about.
_OPEN_ENDS = ("waiting", "returned", "expired")


class Answered(running.Covered, Protocol):
    """A conversation, as far as it says whose yes a reply in it needs."""

    @property
    def urgency(self) -> int:
        """Return its level; 0 is U0."""


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One reply and what became of the question; `sha256` (hex) is that of `text`."""

    id: int
    conversation_id: int
    author_id: int
    author_name: str
    author_initials: str
    author_role: str
    approver: str
    why_needed: str
    text: str
    sha256: str
    reply_template: str | None
    reply_template_version: int | None
    facts: dict[str, int]
    seen_version: int
    state: str
    is_changed: bool
    why: str
    created_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    message_id: int | None
    urgency: int
    version: int
    subject: str
    language: str
    is_public: bool
    rehearsal_id: int | None
    waiting_since: datetime | None
    due_at: datetime | None
    contact_name: str
    contact_address: str
    channel: str
    inbox_name: str

    @property
    def has_news(self) -> bool:
        """Return whether something arrived since the author wrote it."""
        return self.version != self.seen_version

    def may_decide(self, who: Who) -> bool:
        """Return whether `who` can say yes to it: never the author, and a team lead where one is asked."""
        return self.author_id != who.agent_id and approvals.suffices(
            who, approvals.of_name(self.approver, self.why_needed)
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the conversation that a waiting reply answers."""

    conversation_id: int
    direction: str
    text: str
    at: datetime
    agent_name: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an author sees below a conversation: whose yes a reply needs, and what became of the last one."""

    need: Need
    last: ApprovalRow | None


def waiting(session: Session, who: Who, limit: int = SHOWN) -> list[ApprovalRow]:
    """Return the replies of others that wait, most urgent and then oldest first."""
    asked = _rows().where(*_theirs(who)).order_by(Conversation.urgency, Approval.created_at, Approval.id)
    return [_row(each) for each in session.execute(asked.limit(limit)).mappings()]


def before(session: Session, conversation_ids: Sequence[int], limit: int = 3) -> dict[int, list[Said]]:
    """Return the last messages (oldest first, without notes) of these conversations, by conversation."""
    number = func.row_number().over(partition_by=Message.conversation_id, order_by=Message.id.desc())
    numbered = (
        select(Message.id, number.label("number"))
        .where(Message.conversation_id.in_(conversation_ids), Message.direction != "note")
        .subquery()
    )
    asked = (
        select(Message.conversation_id, Message.direction, Message.text, Message.at)
        .add_columns(Agent.name.label("agent_name"))
        .join(numbered, numbered.c.id == Message.id)
        .join(Agent, Agent.id == Message.agent_id, isouter=True)
        .where(numbered.c.number <= limit)
        .order_by(Message.id)
    )
    found: dict[int, list[Said]] = {number: [] for number in conversation_ids}
    for row in session.execute(asked).mappings():
        found[row["conversation_id"]].append(Said(**row))
    return found


def count(session: Session, who: Who) -> int:
    """Return how many replies wait for the yes of `who`, counted up to COUNTED; 0 without the right."""
    if not who.may("reply.approve"):
        return 0
    conditions = _theirs(who)
    if not approvals.suffices(who, Need("lead", "")):
        conditions.append(Approval.approver != "lead")
    found = (
        select(Approval.id)
        .join(Conversation, Conversation.id == Approval.conversation_id)
        .where(*conditions)
        .limit(COUNTED)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(found)).scalar_one())


def one(session: Session, who: Who, approval_id: int) -> ApprovalRow:
    """Return one reply that was asked about; raise NotFound when `who` may not know of its conversation."""
    fits = 0 < approval_id <= scope.LARGEST_ID
    asked = _rows().where(Approval.id == (approval_id if fits else 0), *scope.visible(who))
    found = session.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no approval {str(approval_id)[:20]} that you can see.")
    return _row(found)


def need(session: Session, who: Who, row: Answered) -> Need:
    """Return whose yes a reply by `who` in this conversation needs now."""
    return need_under(session, who, rules.in_force(session, row).playbooks, row.urgency)


def need_under(session: Session, who: Who, playbooks: Sequence[Playbook], urgency: int) -> Need:
    """Return whose yes a reply by `who` needs under these playbooks, at this urgency (0 is U0)."""
    found = approvals.of_playbooks(playbooks, urgency)
    if approvals.suffices(who, found) and found.approver == "lead":
        # Whose yes is asked for has said it by sending; a lead alone at night must not be stuck.
        found = Need("none", "")
    if found.is_any or not approvals.is_beginner(who) or volunteers.is_trusted(session, who.agent_id):
        return found
    return Need("colleague", f"{who.name} helps out; somebody else reads their first replies.")


def standing(session: Session, who: Who, conversation_id: int) -> Standing:
    """Return what `who` has to know before writing in a conversation; raise NotFound when it isn't theirs."""
    asked = select(Conversation).where(*scope.one(who, conversation_id))
    row = session.scalars(asked).one_or_none()
    if row is None:
        raise scope.missing(conversation_id)
    latest = (
        _rows()
        .where(Approval.conversation_id == conversation_id, Approval.author_id == who.agent_id)
        .order_by(Approval.id.desc())
        .limit(1)
    )
    found = session.execute(latest).mappings().one_or_none()
    last = _row(found) if found and found["state"] in _OPEN_ENDS else None
    return Standing(need(session, who, row), last)


def _theirs(who: Who) -> list[ColumnElement[bool]]:
    return [Approval.state == "waiting", Approval.author_id != who.agent_id, *scope.visible(who)]


def _rows() -> Select[Any]:
    author, decider = aliased(Agent), aliased(Agent)
    names = ("urgency", "version", "subject", "language", "is_public", "rehearsal_id", "waiting_since")
    own = [
        getattr(Approval, name) for name in ApprovalRow.__dataclass_fields__ if name in Approval.__table__.c
    ]
    return (
        select(
            *own,
            *(author.name.label("author_name"), author.initials.label("author_initials")),
            *(author.role.label("author_role"), decider.name.label("decided_by_name")),
            *(getattr(Conversation, name) for name in (*names, "due_at")),
            *(Contact.name.label("contact_name"), Contact.address.label("contact_address")),
            *(Inbox.channel, Inbox.name.label("inbox_name")),
        )
        .select_from(Approval)
        .join(Conversation, Conversation.id == Approval.conversation_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .join(Inbox, Inbox.id == Conversation.inbox_id)
        .join(author, author.id == Approval.author_id)
        .join(decider, decider.id == Approval.decided_by, isouter=True)
    )


def _row(found: RowMapping) -> ApprovalRow:
    return ApprovalRow(**{**found, "sha256": bytes(found["sha256"]).hex()})
