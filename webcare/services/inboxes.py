"""Opens inboxes, gives them secrets, rotates those, and closes them."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Inbox, Team
from webcare.queries import inboxes, scope
from webcare.queries.inboxes import InboxRow
from webcare.services import timeline

CHANNELS = ("webhook", "email", "form", "rehearsal")
# Two secrets live at once: the sender can change over without losing a message.
LIVE_SECRETS = 2
_MISSING = "There is no such inbox."
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class NewInbox:
    """What a new inbox needs: `slug` is its name in URLs, `address` its own mail address if it has one."""

    slug: str
    name: str
    channel: str
    address: str = ""
    team_id: int | None = None
    rehearsal_id: int | None = None
    options: dict[str, Any] = field(default_factory=dict)


def create(session: Session, who: Who | None, new: NewInbox) -> InboxRow:
    """Open an inbox with one fresh secret; `who` is None for the system itself.

    Raises NotAllowed, Refused when the name, channel or address can't be used, Conflict when the name
    is taken.
    """
    _allow(who)
    if not _SLUG.fullmatch(new.slug):
        raise Refused("The name in the address may hold a-z, 0-9 and dashes, at most 64 characters.")
    if new.channel not in CHANNELS:
        raise Refused(f"There is no channel '{new.channel}'. Choose one of: {', '.join(CHANNELS)}.")
    if new.channel == "email" and "@" not in new.address:
        raise Refused("An e-mail inbox needs its own address, such as help@example.org.")
    if session.scalar(select(Inbox.id).where(Inbox.slug == new.slug)):
        raise Conflict(f"There is already an inbox '{new.slug}'. Choose another name.")
    if new.team_id is not None and not session.scalar(select(Team.id).where(Team.id == _id(new.team_id))):
        raise Refused("There is no such team. Choose one of the list, or none for everybody.")
    inbox_id = session.scalar(
        insert(Inbox)
        .values(
            slug=new.slug,
            name=new.name.strip() or new.slug,
            channel=new.channel,
            address=new.address.strip().lower(),
            team_id=new.team_id,
            rehearsal_id=new.rehearsal_id,
            secrets=[secrets.token_urlsafe(32)],
            options=new.options,
            created_at=clock.now(),
        )
        .returning(Inbox.id)
    )
    timeline.record(session, who, "created", ("inbox", inbox_id), channel=new.channel)
    return inboxes.by_ids(session, [inbox_id or 0])[inbox_id or 0]


def rotate(session: Session, who: Who | None, inbox_id: int) -> str:
    """Add a new secret before the present one, drop any older than that, and return the new one."""
    _allow(who)
    present = session.scalar(select(Inbox.secrets).where(Inbox.id == _id(inbox_id)).with_for_update())
    if present is None:
        raise NotFound(_MISSING)
    fresh = secrets.token_urlsafe(32)
    session.execute(
        update(Inbox).where(Inbox.id == inbox_id).values(secrets=[fresh, *present][:LIVE_SECRETS])
    )
    timeline.record(session, who, "rotated", ("inbox", inbox_id))
    return fresh


def close(session: Session, who: Who | None, inbox_id: int) -> None:
    """Take no more messages in this inbox; what it holds stays. Closing twice does nothing more.

    Raises NotAllowed and NotFound.
    """
    _allow(who)
    if session.scalar(select(Inbox.id).where(Inbox.id == _id(inbox_id))) is None:
        raise NotFound(_MISSING)
    closing = (
        update(Inbox).where(Inbox.id == inbox_id, Inbox.closed_at.is_(None)).values(closed_at=clock.now())
    )
    if session.scalar(closing.returning(Inbox.id)) is None:
        return
    timeline.record(session, who, "closed", ("inbox", inbox_id))


def _id(given: int) -> int:
    """Return `given`, or 0, which no row has, for a number that the database can't hold."""
    return given if 0 < given <= scope.LARGEST_ID else 0


def _allow(who: Who | None) -> None:
    if who is not None and not who.may("inbox.manage"):
        raise NotAllowed("Only an admin may change inboxes.")
