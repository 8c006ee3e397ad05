"""Reads inboxes: by the name in their URL, by their mail address, and as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.orm import Session

from webcare.domain.utterances import InboxConfig
from webcare.models import Inbox


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One inbox that takes messages; `secrets` are never shown on a page or in a log."""

    id: int
    slug: str
    name: str
    channel: str
    address: str
    team_id: int | None
    rehearsal_id: int | None
    secrets: tuple[str, ...] = field(repr=False)
    options: dict[str, Any] = field(repr=False)

    @property
    def inbox_id(self) -> int:
        """Return its id: an inbox can be asked what is in force before it has a conversation."""
        return self.id

    @property
    def language(self) -> str:
        """Return that nobody can tell yet which language is written here."""
        return "und"

    @property
    def labels(self) -> tuple[str, ...]:
        """Return that nothing has a label yet."""
        return ()

    def config(self) -> InboxConfig:
        """Return what a channel needs to know."""
        return InboxConfig(self.slug, self.channel, self.address, self.secrets, self.options)


def _select() -> Select[Any]:
    return _any().where(Inbox.closed_at.is_(None))


def _any() -> Select[Any]:
    return select(
        Inbox.id,
        Inbox.slug,
        Inbox.name,
        Inbox.channel,
        Inbox.address,
        Inbox.team_id,
        Inbox.rehearsal_id,
        Inbox.secrets,
        Inbox.options,
    )


def _row(found: RowMapping) -> InboxRow:
    return InboxRow(**{**found, "secrets": tuple(found["secrets"])})


def by_slug(session: Session, slug: str) -> InboxRow | None:
    """Return the open inbox whose URL name is `slug`, or None."""
    if not slug.isprintable():
        return None
    found = session.execute(_select().where(Inbox.slug == slug)).mappings().one_or_none()
    return _row(found) if found else None


def by_address(session: Session, address: str) -> InboxRow | None:
    """Return the open e-mail inbox that `address` belongs to, or None; `+tags` and case don't matter."""
    if not address.strip().isprintable():
        return None
    local, _, host = address.strip().lower().rpartition("@")
    plain = f"{local.partition('+')[0]}@{host}"
    found = (
        session.execute(_select().where(Inbox.channel == "email", Inbox.address == plain).order_by(Inbox.id))
        .mappings()
        .first()
    )
    return _row(found) if found else None


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, InboxRow]:
    """Return inboxes by id, closed ones included, because their last messages still need reading."""
    asked = _any().where(Inbox.id.in_(ids))
    return {found["id"]: _row(found) for found in session.execute(asked).mappings()}


def listed(session: Session) -> list[InboxRow]:
    """Return all open inboxes by name."""
    return [_row(found) for found in session.execute(_select().order_by(Inbox.name, Inbox.id)).mappings()]
