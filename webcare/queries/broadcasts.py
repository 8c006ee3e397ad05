"""Reads broadcasts: their rows, the channels they go to, and what became of each post."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased

from webcare.domain.broadcasts import CORRECTION, LANGUAGES
from webcare.errors import NotFound
from webcare.models import Activation, Agent, Broadcast, BroadcastPost, Inbox
from webcare.queries import inboxes, rules
from webcare.queries.scope import LARGEST_ID

SHORTEST_CHANNEL = 280
"""Characters that a public channel takes unless its inbox says otherwise (`max_length`; 0: any number)."""


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """One broadcast; `title` is its playbook's, `mode` real or rehearsal, both None without an activation.

    `parts` maps languages to parts as they were written, and `said` to what was published. `correction_id`
    is the run whose public word it is, `is_over` says that its activation has ended.
    """

    id: int
    activation_id: int | None
    title: dict[str, str] | None
    mode: str | None
    kind: str
    parts: dict[str, Any]
    facts: dict[str, Any]
    next_update_at: datetime | None
    state: str
    version: int
    publish_at: datetime | None
    paused_at: datetime | None
    paused_why: str
    author_id: int
    author_name: str
    created_at: datetime
    approved_by_name: str | None
    approved_at: datetime | None
    published_at: datetime | None
    correction_id: int | None
    is_over: bool

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that it is written in."""
        return tuple(language for language in LANGUAGES if language in self.parts)

    @property
    def said(self) -> dict[str, dict[str, str]]:
        """Return the words that were published per language; empty before."""
        return dict(self.parts.get("said", {}))

    @property
    def overrides(self) -> dict[str, dict[str, str]]:
        """Return the findings that a lead let pass in this version: by name who and why."""
        return dict(self.parts.get("overrides", {}))

    @property
    def is_rehearsal(self) -> bool:
        """Return whether nothing of it may leave."""
        return self.mode == "rehearsal"


@dataclass(frozen=True, slots=True)
class Outlet:
    """One inbox that broadcasts go to: its length in characters (None: any) and languages (empty: all)."""

    inbox_id: int
    name: str
    limit: int | None
    languages: tuple[str, ...]

    def takes(self, language: str) -> bool:
        """Return whether posts in this language go there."""
        return not self.languages or language in self.languages


@dataclass(frozen=True, slots=True)
class PostRow:
    """One text on one inbox, and what became of it; `words` are the channel's own."""

    id: int
    inbox_name: str
    language: str
    text: str
    state: str
    words: str
    attempts: int
    changed_at: datetime


def one(session: Session, broadcast_id: int) -> BroadcastRow:
    """Return one broadcast; raise NotFound when there is none with this id."""
    fits = 0 < broadcast_id <= LARGEST_ID
    asked = _broadcasts().where(Broadcast.id == (broadcast_id if fits else 0))
    found = session.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no broadcast {str(broadcast_id)[:20]}.")
    return BroadcastRow(**found)


def open_ones(session: Session) -> list[BroadcastRow]:
    """Return what is being written, waits for a yes, or is planned; what leaves soonest first."""
    asked = _broadcasts().where(Broadcast.state.in_(("draft", "waiting", "approved")))
    asked = asked.order_by(Broadcast.publish_at.asc().nulls_first(), Broadcast.id)
    return [BroadcastRow(**found) for found in session.execute(asked).mappings()]


def published(session: Session, limit: int = 50) -> list[BroadcastRow]:
    """Return what was published, newest first, rehearsals included."""
    asked = _broadcasts().where(Broadcast.state == "published")
    asked = asked.order_by(Broadcast.published_at.desc(), Broadcast.id.desc()).limit(limit)
    return [BroadcastRow(**found) for found in session.execute(asked).mappings()]


def in_public(session: Session, since: datetime, limit: int = 50) -> list[BroadcastRow]:
    """Return the updates of real activations that still run or ended after `since`, newest first."""
    asked = _broadcasts().where(
        Broadcast.state == "published",
        Broadcast.kind.in_(("update", "nochange", CORRECTION)),
        Activation.mode == "real",
        or_(Activation.ended_at.is_(None), Activation.ended_at > since),
    )
    asked = asked.order_by(Broadcast.published_at.desc(), Broadcast.id.desc()).limit(limit)
    return [BroadcastRow(**found) for found in session.execute(asked).mappings()]


def latest(session: Session, activation_id: int) -> BroadcastRow | None:
    """Return the newest published update of an activation in its five parts, or None."""
    asked = _broadcasts().where(
        Broadcast.activation_id == activation_id, Broadcast.state == "published", Broadcast.kind == "update"
    )
    found = session.execute(asked.order_by(Broadcast.id.desc()).limit(1)).mappings().one_or_none()
    return BroadcastRow(**found) if found else None


def outlets(session: Session) -> list[Outlet]:
    """Return the open real webhook inboxes whose option `broadcasts` is true."""
    return [
        outlet(each)
        for each in inboxes.listed(session)
        if each.channel == "webhook" and each.rehearsal_id is None and each.options.get("broadcasts") is True
    ]


def outlet(inbox: inboxes.InboxRow) -> Outlet:
    """Return what a broadcast must know of an inbox; an odd option counts as not given."""
    given = inbox.options.get("max_length", SHORTEST_CHANNEL)
    limit = given if isinstance(given, int) and given >= 0 else SHORTEST_CHANNEL
    named = inbox.options.get("languages")
    languages = tuple(str(each) for each in named) if isinstance(named, list) else ()
    return Outlet(inbox.id, inbox.name, limit or None, languages)


def posts(session: Session, broadcast_id: int) -> list[PostRow]:
    """Return the posts of a broadcast by inbox and language."""
    own = [getattr(BroadcastPost, name) for name in PostRow.__dataclass_fields__ if name != "inbox_name"]
    asked = (
        select(Inbox.name.label("inbox_name"), *own)
        .join(Inbox, Inbox.id == BroadcastPost.inbox_id)
        .where(BroadcastPost.broadcast_id == broadcast_id)
        .order_by(Inbox.name, BroadcastPost.language)
    )
    return [PostRow(**found) for found in session.execute(asked).mappings()]


def source(session: Session, activation_id: int | None) -> rules.Source:
    """Return the playbook that a broadcast stands under: the activation's frozen one, or the base.

    Raises NotFound for an activation that isn't there.
    """
    if activation_id is None:
        return rules.Source(None, rules.base())
    fits = 0 < activation_id <= LARGEST_ID
    asked = select(Activation.fingerprint).where(Activation.id == (activation_id if fits else 0))
    fingerprint = session.scalar(asked)
    if fingerprint is None:
        raise NotFound(f"There is no activation {str(activation_id)[:20]}.")
    return rules.Source(activation_id, rules.frozen(session, activation_id, fingerprint))


def _broadcasts() -> Select[Any]:
    author, approver = aliased(Agent), aliased(Agent)
    elsewhere = {"title", "mode", "author_name", "approved_by_name", "is_over"}
    own = [getattr(Broadcast, name) for name in BroadcastRow.__dataclass_fields__ if name not in elsewhere]
    return (
        select(
            *own,
            Activation.frozen["title"].label("title"),
            Activation.mode,
            author.name.label("author_name"),
            approver.name.label("approved_by_name"),
            Activation.ended_at.is_not(None).label("is_over"),
        )
        .join(author, author.id == Broadcast.author_id)
        .join(approver, approver.id == Broadcast.approved_by, isouter=True)
        .join(Activation, Activation.id == Broadcast.activation_id, isouter=True)
    )
