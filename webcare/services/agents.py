"""Lets admins make, change, invite and disable agents, and agents choose their password."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain.rights import ROLES, Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Agent, Conversation, Team
from webcare.queries import agents
from webcare.queries.agents import AgentRow
from webcare.services import assignment, invitations, passwords, sign_ins, timeline, wording

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+\.[^@\s\x00-\x1f]+")
_INITIALS = re.compile(r"[^\W\d_]{1,4}")
# Any number will do, as long as no other lock in the program uses it.
_SETUP_LOCK = 7_140_001
_LONGEST_EMAIL = 254
INVITED_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class NewAgent:
    """Who is to work here; `role` is one of webcare.domain.rights.ROLES, languages are codes."""

    email: str
    name: str
    initials: str
    role: str = "agent"
    team_id: int | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What an agent becomes; everything is said, also what stays as it was."""

    agent_id: int
    name: str
    initials: str
    role: str
    team_id: int | None
    languages: tuple[str, ...] = ()


def create(session: Session, who: Who | None, new: NewAgent) -> AgentRow:
    """Make an agent, who can sign in once they have a password or a link; `who` is None for the command line.

    Raises NotAllowed without the right agent.manage, Refused for odd values, Conflict when the
    address is taken.
    """
    _may_manage(who)
    kept = _checked(session, new)
    making = insert(Agent).values(
        email=kept.email,
        name=kept.name,
        initials=kept.initials,
        role=kept.role,
        team_id=kept.team_id,
        languages=list(kept.languages),
        created_at=clock.now(),
    )
    made = session.execute(making.on_conflict_do_nothing().returning(Agent.id)).scalar_one_or_none()
    if made is None:
        raise Conflict(f"There is an agent with the address {kept.email} already.")
    timeline.record(session, who, "created", ("agent", made), role=kept.role, team_id=kept.team_id)
    return agents.one(session, made)


def create_first(session: Session, new: NewAgent, password: str) -> AgentRow:
    """Make the first admin, for the setup link; raise Conflict when there is any agent already.

    A lock keeps two setups from both being first.
    """
    session.execute(select(func.pg_advisory_xact_lock(_SETUP_LOCK)))
    if agents.is_any(session):
        raise Conflict("Webcare is set up already; sign in, or ask an admin for a link.")
    made = create(session, None, replace(new, role="admin"))
    set_password(session, None, made.id, password)
    return agents.one(session, made.id)


def change(session: Session, who: Who, wanted: AgentChange) -> AgentRow:
    """Change an agent; a new role or team counts from their next request, and ends their claims.

    Raises NotAllowed, NotFound, and Refused for odd values or for taking away one's own admin role.
    """
    _may_manage(who)
    old = agents.one(session, wanted.agent_id)
    if old.id == who.agent_id and wanted.role != old.role:
        raise Refused("You can't change your own role; ask another admin.")
    new = NewAgent(old.email, wanted.name, wanted.initials, wanted.role, wanted.team_id, wanted.languages)
    kept = _checked(session, new)
    session.execute(
        update(Agent)
        .where(Agent.id == old.id)
        .values(
            name=kept.name,
            initials=kept.initials,
            role=kept.role,
            team_id=kept.team_id,
            languages=list(kept.languages),
        )
    )
    if (old.role, old.team_id) != (kept.role, kept.team_id):
        _free_claims(session, old.id, "role or team changed")
    timeline.record(session, who, "changed", ("agent", old.id), role=kept.role, team_id=kept.team_id)
    return agents.one(session, old.id)


def set_password(session: Session, who: Who | None, agent_id: int, password: str) -> None:
    """Store a password and end the agent's sign-ins; for one-time links, admins and the command line (None).

    Raises NotAllowed, NotFound, and Refused when it is too short or too easy to guess.
    """
    if who is not None and who.agent_id != agent_id:
        _may_manage(who)
    row = agents.one(session, agent_id)
    stored = passwords.hashed(password, (row.email, row.email.partition("@")[0], row.name))
    session.execute(update(Agent).where(Agent.id == agent_id).values(password_hash=stored))
    sign_ins.end_all(session, agent_id)
    timeline.record(session, who, "password_set", ("agent", agent_id))


def change_password(session: Session, who: Who, present: str, password: str) -> None:
    """Let an agent change their own password, which ends all their sign-ins.

    Raises NotAllowed when `present` is not the present one, Refused when the new one is too weak. The
    caller counts the guess first (sign_ins.count).
    """
    stored = session.execute(select(Agent.password_hash).where(Agent.id == who.agent_id)).scalar_one_or_none()
    if not passwords.matches(stored, present):
        raise NotAllowed("That is not your present password; nothing was changed.")
    set_password(session, who, who.agent_id, password)


def invite(session: Session, who: Who | None, agent_id: int, minutes: int = INVITED_MINUTES) -> str:
    """Return the token of a one-time link with which an agent chooses a password; shown once.

    Raises NotAllowed without the right agent.manage, NotFound, and Conflict when they are disabled.
    """
    _may_manage(who)
    row = agents.one(session, agent_id)
    if row.disabled_at is not None:
        raise Conflict(f"{row.name} is disabled; enable them first.")
    timeline.record(session, who, "invited", ("agent", agent_id), minutes=minutes)
    return invitations.make(session, "invite", agent_id, minutes)


def disable(session: Session, who: Who, agent_id: int) -> None:
    """Shut an agent out at once: sign-ins end, claims are given back, links stop working.

    Raises NotAllowed, NotFound, Refused for oneself, and Conflict when they are disabled already.
    """
    _may_manage(who)
    row = agents.one(session, agent_id)
    if row.id == who.agent_id:
        raise Refused("You can't disable yourself; ask another admin.")
    closing = update(Agent).where(Agent.id == row.id, Agent.disabled_at.is_(None))
    if session.execute(closing.values(disabled_at=clock.now()).returning(Agent.id)).first() is None:
        raise Conflict(f"{row.name} is disabled already.")
    sign_ins.end_all(session, row.id)
    _free_claims(session, row.id, "agent disabled")
    timeline.record(session, who, "disabled", ("agent", row.id))


def enable(session: Session, who: Who, agent_id: int) -> None:
    """Let a disabled agent in again; raise NotAllowed, NotFound, and Conflict when they aren't disabled."""
    _may_manage(who)
    row = agents.one(session, agent_id)
    opening = update(Agent).where(Agent.id == row.id, Agent.disabled_at.is_not(None))
    if session.execute(opening.values(disabled_at=None).returning(Agent.id)).first() is None:
        raise Conflict(f"{row.name} isn't disabled.")
    timeline.record(session, who, "enabled", ("agent", row.id))


def _may_manage(who: Who | None) -> None:
    if who is not None and not who.may("agent.manage"):
        raise NotAllowed("Only an admin can manage agents and teams.")


def _checked(session: Session, new: NewAgent) -> NewAgent:
    """Return the values as they are stored; raise Refused naming what is odd."""
    email = new.email.strip().lower()
    if len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise Refused("Write an e-mail address such as amina@example.org.")
    if not _INITIALS.fullmatch(new.initials.strip()):
        raise Refused("Initials are one to four letters; they sign every reply.")
    if new.role not in ROLES:
        raise Refused(f"A role is one of: {', '.join(ROLES)}.")
    if new.team_id is not None:
        fits = 0 < new.team_id < 2**63
        if not fits or session.execute(select(Team.id).where(Team.id == new.team_id)).first() is None:
            raise Refused("There is no such team; make it first.")
    if not all(re.fullmatch(r"[a-z]{2,3}", code) for code in new.languages):
        raise Refused("Languages are codes such as nl, en and de.")
    name = wording.checked(new.name, "name", 80)
    return replace(new, email=email, name=name, initials=new.initials.strip().upper())


def _free_claims(session: Session, agent_id: int, why: str) -> None:
    held = select(Conversation.id).where(Conversation.assignee_id == agent_id)
    assignment.free(session, list(session.scalars(held)), why)
