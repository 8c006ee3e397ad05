"""Reads one conversation with everything that its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.models import Agent, Conversation, Delivery, DeliveryAttempt, Draft, Message
from webcare.queries import fact_versions, inbox, scope, timeline
from webcare.queries.fact_versions import StatedFact
from webcare.queries.inbox import ConversationRow
from webcare.queries.timeline import EventRow

# A thread longer than this shows its newest part; the rest stays a click away.
SHOWN = 200
EARLIER = 20


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One time that a reply was handed to its channel; `outcome` is None while it runs."""

    attempt_no: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    words: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Where a reply is on its way; `words` are the provider's own."""

    id: int
    state: str
    attempt_no: int
    not_before: datetime
    provider_id: str | None
    words: str
    changed_at: datetime
    attempts: tuple[AttemptRow, ...] = ()


HIDDEN = "Hidden on the channel"
"""How the notice begins that a public message was hidden."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message; outbound ones carry their delivery and the facts that they stated."""

    id: int
    conversation_id: int
    direction: str
    text: str
    subject: str
    language: str
    at: datetime
    sent_at: datetime | None
    agent_id: int | None
    agent_name: str | None
    agent_initials: str | None
    urgency: int | None
    reasons: tuple[dict[str, Any], ...]
    intents: tuple[str, ...]
    is_unsure: bool
    deadline_at: datetime | None
    is_public: bool
    is_automatic: bool
    trouble: str | None
    notices: tuple[str, ...]
    attachments: tuple[dict[str, Any], ...]
    reply_template: str | None
    reply_template_version: int | None
    activation_id: int | None
    delivery: DeliveryRow | None = None
    facts: tuple[StatedFact, ...] = ()

    @property
    def is_exposed(self) -> bool:
        """Return whether personal data in it still stand in public."""
        is_hidden = any(each.startswith(HIDDEN) for each in self.notices)
        return self.is_public and "privacy_exposed" in self.intents and not is_hidden


@dataclass(frozen=True, slots=True)
class DraftRow:
    """What one agent is writing; `facts` and `not_stated` map the key of a fact to its version."""

    id: int
    conversation_id: int
    agent_id: int
    agent_name: str
    text: str
    reply_template: str | None
    reply_template_version: int | None
    facts: dict[str, int]
    not_stated: dict[str, int]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """Another conversation of the same contact, newest first."""

    id: int
    inbox_id: int
    subject: str
    preview: str
    state: str
    urgency: int
    last_message_at: datetime


@dataclass(frozen=True, slots=True)
class ConversationDetail:
    """A conversation as its page shows it; `messages` oldest first, `others` are colleagues' drafts."""

    row: ConversationRow
    messages: tuple[MessageRow, ...]
    has_older_messages: bool
    draft: DraftRow | None
    others: tuple[DraftRow, ...]
    earlier: tuple[EarlierRow, ...]
    events: tuple[EventRow, ...]


def one(session: Session, who: Who, conversation_id: int) -> ConversationDetail:
    """Return one conversation with its page's contents; raise NotFound when `who` may not know of it."""
    found = inbox.row(session, who, conversation_id)
    thread = messages(session, who, conversation_id)
    drafts = _drafts(session, conversation_id)
    return ConversationDetail(
        row=found,
        messages=thread[-SHOWN:],
        has_older_messages=len(thread) > SHOWN,
        draft=next((each for each in drafts if each.agent_id == who.agent_id), None),
        others=tuple(each for each in drafts if each.agent_id != who.agent_id),
        earlier=_earlier(session, who, found),
        events=timeline.about(session, who, ("conversation", conversation_id)),
    )


def messages(
    session: Session, who: Who, conversation_id: int, before: int | None = None
) -> tuple[MessageRow, ...]:
    """Return up to SHOWN + 1 messages, the newest ones before message `before`, oldest first.

    Raises NotFound when `who` may not know of the conversation.
    """
    wanted = [*scope.one(who, conversation_id), *(_older_than(before))]
    asked = (
        select(*_message_columns(), *_delivery_columns())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Agent, Agent.id == Message.agent_id, isouter=True)
        .join(Delivery, Delivery.message_id == Message.id, isouter=True)
        .where(*wanted)
        .order_by(Message.id.desc())
        .limit(SHOWN + 1)
    )
    found = list(session.execute(asked).mappings())
    if not found:
        inbox.row(session, who, conversation_id)
    attempts = _attempts(session, [each["delivery_id"] for each in found if each["delivery_id"]])
    stated = fact_versions.stated_by(session, [each["id"] for each in found])
    return tuple(_message(each, attempts, stated.get(each["id"], ())) for each in reversed(found))


def _older_than(before: int | None) -> list[Any]:
    # A number in an address can be longer than any id; past the last one, everything is older.
    return [] if before is None else [Message.id < min(max(before, 0), scope.LARGEST_ID)]


def _message_columns() -> list[Any]:
    own = [getattr(Message, name) for name in MessageRow.__dataclass_fields__ if name in Message.__table__.c]
    return [*own, Agent.name.label("agent_name"), Agent.initials.label("agent_initials")]


def _delivery_columns() -> list[Any]:
    return [
        getattr(Delivery, name).label(f"delivery_{name}")
        for name in DeliveryRow.__dataclass_fields__
        if name != "attempts"
    ]


def _message(
    found: RowMapping, attempts: dict[int, tuple[AttemptRow, ...]], stated: Sequence[StatedFact]
) -> MessageRow:
    plain = {name: found[name] for name in MessageRow.__dataclass_fields__ if name in found}
    for name in ("reasons", "intents", "notices", "attachments"):
        plain[name] = tuple(plain[name])
    delivery = None
    if found["delivery_id"] is not None:
        names = [name for name in DeliveryRow.__dataclass_fields__ if name != "attempts"]
        delivery = DeliveryRow(
            **{name: found[f"delivery_{name}"] for name in names},
            attempts=attempts.get(found["delivery_id"], ()),
        )
    return MessageRow(**plain, delivery=delivery, facts=tuple(stated))


def _attempts(session: Session, delivery_ids: list[int]) -> dict[int, tuple[AttemptRow, ...]]:
    if not delivery_ids:
        return {}
    names = list(AttemptRow.__dataclass_fields__)
    asked = (
        select(DeliveryAttempt.delivery_id, *(getattr(DeliveryAttempt, name) for name in names))
        .where(DeliveryAttempt.delivery_id.in_(delivery_ids))
        .order_by(DeliveryAttempt.attempt_no)
    )
    found: dict[int, tuple[AttemptRow, ...]] = {}
    for each in session.execute(asked).mappings():
        row = AttemptRow(**{name: each[name] for name in names})
        found[each["delivery_id"]] = (*found.get(each["delivery_id"], ()), row)
    return found


def _drafts(session: Session, conversation_id: int) -> list[DraftRow]:
    names = [name for name in DraftRow.__dataclass_fields__ if name != "agent_name"]
    asked = (
        select(*(getattr(Draft, name) for name in names), Agent.name.label("agent_name"))
        .join(Agent, Agent.id == Draft.agent_id)
        .where(Draft.conversation_id == conversation_id)
        .order_by(Draft.updated_at.desc())
    )
    return [DraftRow(**each) for each in session.execute(asked).mappings()]


def _earlier(session: Session, who: Who, row: ConversationRow) -> tuple[EarlierRow, ...]:
    asked = (
        select(*(getattr(Conversation, name) for name in EarlierRow.__dataclass_fields__))
        .where(Conversation.contact_id == row.contact_id, Conversation.id != row.id, *scope.visible(who))
        .order_by(Conversation.id.desc())
        .limit(EARLIER)
    )
    return tuple(EarlierRow(**each) for each in session.execute(asked).mappings())
