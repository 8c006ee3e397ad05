"""Lets volunteers in by one-time links, gives each a buddy, and sends them home when the crisis ends."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.alerts import Alert
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Agent, Invitation, Volunteer
from webcare.queries import activations, agents, volunteers
from webcare.services import agents as agent_service
from webcare.services import alerts, approval_requests, assignment, shifts, sign_ins, timeline

# The version that stands on top of CODE_OF_CONDUCT_WEBCARE.md and of templates/volunteers/_code.html.
CODE_VERSION = "1"
PURPOSE = "join"
MOST_LINKS = 50
LONGEST_HOURS = 7 * 24
_TOKEN_CHARACTERS = 43
_ROLE = "volunteer"

_HELD = text("SELECT id FROM conversations WHERE assignee_id = :agent")
_CLOSE = text("""
    UPDATE agents SET disabled_at = :now
    WHERE id IN (SELECT agent_id FROM volunteers WHERE activation_id = :id AND ended_at IS NULL)
      AND disabled_at IS NULL
    RETURNING id, name
""")
_SENT = text("""
    SELECT count(*) FROM messages
    WHERE direction = 'outbound' AND activation_id = :id AND agent_id = ANY(:agents)
""")


@dataclass(frozen=True, slots=True)
class Joining:
    """Who a volunteer is, and what they agreed to; `code_version` is the one that stood on their page."""

    name: str
    initials: str
    email: str
    password: str
    languages: tuple[str, ...]
    code_version: str
    has_read_card: bool


def invite(session: Session, who: Who, activation_id: int, count: int = 1, hours: int = 24) -> list[str]:
    """Return `count` tokens (256 random bits each) of links that let one volunteer in each; shown once.

    They stop working after so many hours, and when the activation ends. Raises NotAllowed, NotFound,
    Refused for an odd number, and Conflict when the activation is over.
    """
    if not who.may("volunteer.invite"):
        raise NotAllowed("Only a team lead can let volunteers in; ask one.")
    if not 1 <= count <= MOST_LINKS or not 1 <= hours <= LONGEST_HOURS:
        raise Refused(f"Make 1 to {MOST_LINKS} links at once, good for 1 to {LONGEST_HOURS} hours.")
    _refuse_over(session, activation_id)
    now, tokens = clock.now(), [secrets.token_urlsafe(32) for _ in range(count)]
    rows = [
        {
            "token_sha256": _sha256(token),
            "purpose": PURPOSE,
            "activation_id": activation_id,
            "created_at": now,
            "expires_at": now + timedelta(hours=hours),
        }
        for token in tokens
    ]
    session.execute(insert(Invitation), rows)
    about = ("activation", activation_id)
    timeline.record(session, who, "volunteers_invited", about, count=count, hours=hours)
    return tokens


def look(session: Session, token: str) -> activations.ActivationRow | None:
    """Return the activation that a link lets help in, without using it up; None when it is no good."""
    if len(token) != _TOKEN_CHARACTERS:
        return None
    found = session.execute(select(Invitation.activation_id).where(*_good(token))).scalar_one_or_none()
    return None if found is None else activations.one(session, found).row


def join(session: Session, token: str, given: Joining) -> int:
    """Make a volunteer of whoever holds a good link, on shift at once; return the agent's id.

    One conditional UPDATE uses the link up, so of two simultaneous uses one raises NotFound. Raises
    Refused when the code of conduct was not accepted or a value is odd, Conflict for a taken address.
    """
    if given.code_version != CODE_VERSION:
        raise Refused("Read the code of conduct and accept it first; it may have changed meanwhile.")
    if not given.has_read_card:
        raise Refused("Read the card first: it takes a few minutes and says what you may do, and what never.")
    if not given.languages:
        raise Refused("Choose at least one language that you write well.")
    activation_id = _used(session, token)
    chosen = volunteers.buddies(session, given.languages)
    buddy = agents.one(session, chosen[0][0]) if chosen else None
    team_id = buddy.team_id if buddy else None
    new = agent_service.NewAgent(given.email, given.name, given.initials, _ROLE, team_id, given.languages)
    agent_id = _agent(session, new)
    agent_service.set_password(session, None, agent_id, given.password)
    _write(session, agent_id, activation_id, buddy.id if buddy else None)
    shifts.begin(session, agent_id)
    live.tell(session, "agent", [agent_id])
    return agent_id


def pair(session: Session, who: Who, agent_id: int, buddy_id: int) -> None:
    """Give a volunteer another buddy.

    Raises NotAllowed, NotFound, and Refused for a buddy who can't read their replies.
    """
    if not who.may("volunteer.invite"):
        raise NotAllowed("Only a team lead chooses buddies; ask one.")
    if buddy_id not in {number for number, _ in volunteers.buddies(session)}:
        raise Refused("A buddy is an agent or a team lead who works now; choose another one.")
    pairing = update(Volunteer).where(Volunteer.agent_id == agent_id, Volunteer.ended_at.is_(None))
    if session.execute(pairing.values(buddy_id=buddy_id).returning(Volunteer.agent_id)).first() is None:
        raise NotFound("There is no such volunteer; the crisis that they helped in may have ended.")
    timeline.record(session, who, "paired", ("agent", agent_id), buddy_id=buddy_id)
    live.tell(session, "agent", [agent_id])


def end(session: Session, activation_id: int) -> int:
    """Send the volunteers of an activation that has ended home, with thanks; return how many.

    Their sign-ins, shifts and claims end, their waiting replies come back, open links stop working.
    Who was shut out before stays shut out: only those sent home here may come again by a new link.
    """
    now = clock.now()
    closing = session.execute(_CLOSE, {"id": activation_id, "now": now}).all()
    _end_links(session, activation_id)
    for row in closing:
        sign_ins.end_all(session, row.id)
        shifts.end_all(session, row.id)
        held = session.execute(_HELD, {"agent": row.id}).scalars().all()
        assignment.free(session, held, "activation ended")
        approval_requests.end_of_author(session, row.id, "The crisis ended, and its author went home.")
    ids = [row.id for row in closing]
    session.execute(update(Volunteer).where(Volunteer.agent_id.in_(ids)).values(ended_at=now))
    if not ids:
        return 0
    sent = session.execute(_SENT, {"id": activation_id, "agents": ids}).scalar_one()
    names = ", ".join(sorted(row.name for row in closing)[:MOST_LINKS])
    words = f"Thank you, {names}: {len(ids)} volunteers sent {sent} replies. Thank them in person, too."
    key = f"volunteers.thanked:{activation_id}"
    alerts.raise_(session, Alert("volunteers.thanked", "crisis", words, key, activation_id))
    data = {"activation_id": activation_id}
    timeline.record_many(session, "thanked", [(None, ("agent", each), data) for each in ids])
    live.tell(session, "agent", ids)
    return len(ids)


def _write(session: Session, agent_id: int, activation_id: int, buddy_id: int | None) -> None:
    """Write down what they accepted and who helps them; whoever helped before begins anew."""
    now = clock.now()
    values = {
        "activation_id": activation_id,
        "code_version": CODE_VERSION,
        "code_accepted_at": now,
        "card_read_at": now,
        "buddy_id": buddy_id,
        "unchanged": 0,
        "trusted_at": None,
        "ended_at": None,
    }
    making = pg_insert(Volunteer).values(agent_id=agent_id, **values)
    session.execute(making.on_conflict_do_update(index_elements=["agent_id"], set_=values))
    data = {"activation_id": activation_id, "code_version": CODE_VERSION, "buddy_id": buddy_id}
    timeline.record(session, None, "joined", ("agent", agent_id), **data)


def _agent(session: Session, new: agent_service.NewAgent) -> int:
    """Return the id of a new agent, or of a volunteer who helped before and was sent home with thanks."""
    known = agents.by_email(session, new.email)
    if known is None:
        return agent_service.create(session, None, new).id
    helped = volunteers.one(session, known.id)
    if known.role != _ROLE or known.disabled_at is None or helped is None or helped.ended_at is None:
        raise Conflict(f"There is an agent with the address {known.email} already; sign in instead.")
    back = {"disabled_at": None, "languages": list(new.languages), "team_id": new.team_id}
    session.execute(update(Agent).where(Agent.id == known.id).values(**back))
    return known.id


def _refuse_over(session: Session, activation_id: int) -> None:
    """Raise NotFound without such an activation, Conflict when it is over; it can't end meanwhile."""
    before = activations.one(session, activation_id).row
    asked = select(Activation.ended_at).where(Activation.id == activation_id).with_for_update(read=True)
    if session.execute(asked).scalar_one() is not None:
        raise Conflict(f"{before.title['en']} was stood down; nobody needs to join any more.")


def _used(session: Session, token: str) -> int:
    over = NotFound("This link was used already, or it is too old. Ask the team lead for a new one.")
    if len(token) != _TOKEN_CHARACTERS:
        raise over
    using = update(Invitation).where(*_good(token)).values(used_at=clock.now())
    found = session.execute(using.returning(Invitation.activation_id)).scalar_one_or_none()
    if found is None:
        raise over
    _refuse_over(session, found)
    return int(found)


def _end_links(session: Session, activation_id: int) -> None:
    now = clock.now()
    session.execute(
        update(Invitation)
        .where(
            Invitation.purpose == PURPOSE,
            Invitation.activation_id == activation_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(expires_at=now)
    )


def _good(token: str) -> list[ColumnElement[bool]]:
    running = select(Activation.id).where(Activation.ended_at.is_(None))
    return [
        Invitation.token_sha256 == _sha256(token),
        Invitation.purpose == PURPOSE,
        Invitation.used_at.is_(None),
        Invitation.expires_at > clock.now(),
        Invitation.activation_id.in_(running),
    ]


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
