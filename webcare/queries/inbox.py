"""Reads the list of conversations that wait for us: one query per page, by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    Subquery,
    exists,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.models import Agent, Contact, Conversation, Delivery, Inbox, Message
from webcare.queries import paging, scope

Tab = Literal["mine", "unassigned", "all"]
Order = Literal["urgency", "waiting", "newest"]

# Counting on would read the whole backlog; past this a page says "1000+".
COUNTED = 1000
# Written out, not bound: a plan for any state could not use the indexes that hold only open ones.
_OPEN = Conversation.state == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the inbox is asked for; `after` is the `next` of the page before."""

    tab: Tab = "all"
    order: Order = "urgency"
    after: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One conversation in a list; `urgency` is 0 for U0, moments are aware."""

    id: int
    inbox_id: int
    inbox_name: str
    inbox_slug: str
    channel: str
    contact_id: int
    contact_name: str
    contact_address: str
    team_id: int | None
    subject: str
    preview: str
    language: str
    is_public: bool
    state: str
    urgency: int
    reasons: tuple[dict[str, Any], ...]
    intents: tuple[str, ...]
    labels: tuple[str, ...]
    is_unsure: bool
    lane: str
    version: int
    waiting_since: datetime | None
    due_at: datetime | None
    deadline_at: datetime | None
    last_message_at: datetime
    assignee_id: int | None
    assignee_name: str | None
    assignee_initials: str | None
    claimed_at: datetime | None
    claim_expires_at: datetime | None
    rehearsal_id: int | None
    has_unknown_delivery: bool

    @property
    def is_rehearsal(self) -> bool:
        """Return whether this conversation is synthetic."""
        return self.rehearsal_id is not None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows; `next` is the cursor of the page after it, None at the end."""

    rows: tuple[ConversationRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open conversations stand under each tab, counted up to COUNTED."""

    mine: int
    unassigned: int
    all: int


def rows(session: Session, who: Who, view: View) -> Page:
    """Return one page of the open conversations that `who` may see.

    Raises Refused when `view.after` is no cursor of this order.
    """
    keys = paging.ORDERS[view.order]
    limit = min(max(view.limit, 1), 200)
    wanted = [_OPEN, *_tab(who, view.tab), *keys.after(view.after, who.lowest_urgency_seen)]
    ids = _ids(who, wanted, (keys, limit + 1))
    asked = _columns().join(ids, ids.c.id == Conversation.id).order_by(*keys.order).limit(limit + 1)
    found = [_row(each) for each in session.execute(asked).mappings()]
    shown = tuple(found[:limit])
    return Page(shown, keys.cursor(shown[-1]) if len(found) > limit else None)


def row(session: Session, who: Who, conversation_id: int) -> ConversationRow:
    """Return one conversation, open or not; raise NotFound when `who` may not know of it."""
    asked = _columns().where(*scope.one(who, conversation_id))
    found = session.execute(asked).mappings().one_or_none()
    if found is None:
        raise scope.missing(conversation_id)
    return _row(found)


def undecided(session: Session, who: Who, limit: int = 50) -> tuple[ConversationRow, ...]:
    """Return conversations, oldest first, with a reply of which nobody knows whether it arrived."""
    unknown = select(Message.conversation_id).join(Delivery, Delivery.message_id == Message.id)
    asked = (
        _columns()
        .where(Conversation.id.in_(unknown.where(Delivery.state == "unknown")), *scope.visible(who))
        .order_by(Conversation.id)
        .limit(min(max(limit, 1), 200))
    )
    return tuple(_row(each) for each in session.execute(asked).mappings())


def counts(session: Session, who: Who) -> Counts:
    """Return how many open conversations `who` has under each tab, each counted up to COUNTED."""
    tabs: tuple[Tab, ...] = ("mine", "unassigned", "all")
    asked = select(*(_counted(who, tab).label(tab) for tab in tabs))
    found = session.execute(asked).mappings().one()
    return Counts(found["mine"], found["unassigned"], found["all"])


def _counted(who: Who, tab: Tab) -> Any:
    wanted = [_OPEN, *_tab(who, tab), Conversation.urgency >= who.lowest_urgency_seen]
    ids = _ids(who, wanted, (None, COUNTED))
    return select(func.least(func.count(), COUNTED)).select_from(ids).scalar_subquery()


def _tab(who: Who, tab: Tab) -> list[ColumnElement[bool]]:
    if tab == "mine":
        return [Conversation.assignee_id == who.agent_id]
    # The press is out of the queue of those who don't speak for the company; a danger everybody sees.
    mine = [] if who.may("lane.press") else [Conversation.lane != "press"]
    return [*mine, Conversation.assignee_id.is_(None)] if tab == "unassigned" else mine


def _ids(who: Who, wanted: list[ColumnElement[bool]], cut: tuple[paging.Keys | None, int]) -> Subquery:
    """Return the ids of the first rows, one branch per team that `who` sees.

    Each branch walks its own index in order and stops at the limit. One branch with an OR over the
    teams would have to walk past the whole backlog of the other teams.
    """
    keys, limit = cut
    branches = []
    for team in scope.teams(who) or [true()]:
        branch = select(Conversation.id).where(*wanted, team).limit(limit)
        branches.append(select(branch.order_by(*(keys.order if keys else ())).subquery()))
    return (branches[0] if len(branches) == 1 else union_all(*branches)).subquery("ids")


def _columns() -> Select[Any]:
    sent = select(Message.id).join(Delivery, Delivery.message_id == Message.id)
    unknown = sent.where(Message.conversation_id == Conversation.id, Delivery.state == "unknown")
    own = [
        getattr(Conversation, name)
        for name in ConversationRow.__dataclass_fields__
        if name in Conversation.__table__.c
    ]
    joined = (
        Inbox.name.label("inbox_name"),
        Inbox.slug.label("inbox_slug"),
        Inbox.channel,
        Contact.name.label("contact_name"),
        Contact.address.label("contact_address"),
        Agent.name.label("assignee_name"),
        Agent.initials.label("assignee_initials"),
        exists(unknown).label("has_unknown_delivery"),
    )
    return (
        select(*own, *joined)
        .select_from(Conversation)
        .join(Inbox, Inbox.id == Conversation.inbox_id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .join(Agent, Agent.id == Conversation.assignee_id, isouter=True)
    )


def _row(found: RowMapping) -> ConversationRow:
    lists = {name: tuple(found[name]) for name in ("reasons", "intents", "labels")}
    return ConversationRow(**{**found, **lists})
