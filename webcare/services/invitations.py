"""Makes and uses one-time links: for setting up, signing in and inviting."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from webcare import clock
from webcare.errors import Refused
from webcare.models import Invitation
from webcare.services import timeline

PURPOSES = ("setup", "sign_in", "invite")
LONGEST_MINUTES = 7 * 24 * 60
_TOKEN_CHARACTERS = 43


@dataclass(frozen=True, slots=True)
class Invited:
    """What a good link stands for; a setup link belongs to no agent yet."""

    agent_id: int | None


def make(session: Session, purpose: str, agent_id: int | None, minutes: int) -> str:
    """Return a token (256 random bits) that works once, for one purpose, for so many minutes.

    Only its SHA-256 is stored, so it can't be shown again. Earlier links of the same purpose for the
    same agent end. Raises Refused for another purpose or length.
    """
    if purpose not in PURPOSES or not 0 < minutes <= LONGEST_MINUTES:
        raise Refused(f"A link is for one of {', '.join(PURPOSES)} and lasts 1 to {LONGEST_MINUTES} minutes.")
    now, token = clock.now(), secrets.token_urlsafe(32)
    session.execute(
        update(Invitation)
        .where(
            Invitation.purpose == purpose,
            Invitation.agent_id.is_not_distinct_from(agent_id),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )
    made = Invitation(
        token_sha256=_sha256(token),
        purpose=purpose,
        agent_id=agent_id,
        created_at=now,
        expires_at=now + timedelta(minutes=minutes),
    )
    session.add(made)
    session.flush()
    timeline.record(session, None, "link_made", ("invitation", made.id), purpose=purpose, agent_id=agent_id)
    return token


def look(session: Session, token: str, purpose: str) -> Invited | None:
    """Return what a link stands for without using it up; None when it is no good (any more).

    Mail scanners open links; only the button on the page that follows uses them.
    """
    if len(token) != _TOKEN_CHARACTERS:
        return None
    found = session.execute(select(Invitation.agent_id).where(*_good(token, purpose))).one_or_none()
    return None if found is None else Invited(found.agent_id)


def use(session: Session, token: str, purpose: str) -> Invited | None:
    """Use a link up and return what it stands for; None when it is no good (any more).

    One conditional UPDATE, so of two simultaneous uses one gets None.
    """
    if len(token) != _TOKEN_CHARACTERS:
        return None
    using = update(Invitation).where(*_good(token, purpose)).values(used_at=clock.now())
    used = session.execute(using.returning(Invitation.id, Invitation.agent_id)).one_or_none()
    if used is None:
        return None
    timeline.record(
        session, None, "link_used", ("invitation", used.id), purpose=purpose, agent_id=used.agent_id
    )
    return Invited(used.agent_id)


def _good(token: str, purpose: str) -> list[ColumnElement[bool]]:
    return [
        Invitation.token_sha256 == _sha256(token),
        Invitation.purpose == purpose,
        Invitation.used_at.is_(None),
        Invitation.expires_at > clock.now(),
    ]


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
