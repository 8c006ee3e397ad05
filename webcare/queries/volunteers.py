"""Reads volunteers: for which crisis they came, how far they are trusted, and who their buddy is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from webcare.domain.playbook.shape import MOST_TRUST_AFTER, TRUST_AFTER
from webcare.domain.rights import RIGHTS
from webcare.models import Activation, Agent, Approval, Conversation, Message, Shift, Volunteer

# Whoever may say yes to the replies of others can also answer their questions.
_BUDDIES = [role for role, rights in RIGHTS.items() if "reply.approve" in rights]


@dataclass(frozen=True, slots=True)
class VolunteerRow:
    """One volunteer; `trust_after` is how many unchanged replies in a row earn trust."""

    agent_id: int
    name: str
    initials: str
    email: str
    languages: tuple[str, ...]
    activation_id: int
    code_version: str
    code_accepted_at: datetime
    card_read_at: datetime | None
    buddy_id: int | None
    buddy_name: str | None
    unchanged: int
    trust_after: int
    trusted_at: datetime | None
    ended_at: datetime | None
    shift_started_at: datetime | None
    shift_ends_at: datetime | None
    break_at: datetime | None
    claimed: int
    waiting: int
    sent: int

    @property
    def is_trusted(self) -> bool:
        """Return whether this volunteer sends alone."""
        return self.trusted_at is not None and self.ended_at is None


def listed(session: Session, activation_id: int | None = None) -> list[VolunteerRow]:
    """Return the volunteers who still help, of one activation or of all, those on shift first."""
    asked = _rows().where(Volunteer.ended_at.is_(None), Agent.disabled_at.is_(None))
    if activation_id is not None:
        asked = asked.where(Volunteer.activation_id == activation_id)
    asked = asked.order_by(Shift.started_at.asc().nulls_last(), Agent.name, Agent.id)
    return [_row(each) for each in session.execute(asked).mappings()]


def one(session: Session, agent_id: int) -> VolunteerRow | None:
    """Return one volunteer, or None when this agent isn't one."""
    found = session.execute(_rows().where(Volunteer.agent_id == agent_id)).mappings().one_or_none()
    return _row(found) if found else None


def is_trusted(session: Session, agent_id: int) -> bool:
    """Return whether an agent has earned the trust to send alone."""
    asked = select(Volunteer.trusted_at).where(Volunteer.agent_id == agent_id, Volunteer.ended_at.is_(None))
    return session.execute(asked).scalar_one_or_none() is not None


def trust_after(options: Mapping[str, Any], of_playbook: Any = None) -> int:
    """Return how many unchanged replies earn trust: what the activation says, else its playbook, else 5."""
    said: list[Any] = [options.get("trust_after"), of_playbook]
    return next((int(each) for each in said if _fits(each)), TRUST_AFTER)


def _fits(wanted: Any) -> bool:
    return isinstance(wanted, int) and not isinstance(wanted, bool) and 1 <= wanted <= MOST_TRUST_AFTER


def buddies(session: Session, languages: Sequence[str] = ()) -> list[tuple[int, str]]:
    """Return who can be a buddy (id, name): those who speak the language first, then the least busy."""
    paired = (
        select(func.count())
        .select_from(Volunteer)
        .where(Volunteer.buddy_id == Agent.id, Volunteer.ended_at.is_(None))
    )
    held = select(func.count()).select_from(Conversation).where(Conversation.assignee_id == Agent.id)
    speaks = Agent.languages.op("&&")(list(languages))
    asked = (
        select(Agent.id, Agent.name)
        .where(Agent.disabled_at.is_(None), Agent.role.in_(_BUDDIES))
        .order_by(speaks.desc(), paired.scalar_subquery(), held.scalar_subquery(), Agent.id)
    )
    return [(row.id, row.name) for row in session.execute(asked)]


def _rows() -> Select[Any]:
    buddy = aliased(Agent)
    own = [
        getattr(Volunteer, name)
        for name in VolunteerRow.__dataclass_fields__
        if name in Volunteer.__table__.c and name != "agent_id"
    ]
    claimed = select(func.count()).where(Conversation.assignee_id == Agent.id).scalar_subquery()
    waiting = select(func.count()).where(Approval.author_id == Agent.id, Approval.state == "waiting")
    sent = select(func.count()).where(Message.agent_id == Agent.id, Message.direction == "outbound")
    since = sent.where(Message.activation_id == Volunteer.activation_id)
    return (
        select(
            *(Agent.id.label("agent_id"), Agent.name, Agent.initials, Agent.email, Agent.languages),
            *own,
            *(buddy.name.label("buddy_name"), Activation.options),
            Activation.frozen["trust_after"].label("of_playbook"),
            Shift.started_at.label("shift_started_at"),
            Shift.ends_at.label("shift_ends_at"),
            *(Shift.break_at, claimed.label("claimed")),
            waiting.scalar_subquery().label("waiting"),
            since.scalar_subquery().label("sent"),
        )
        .select_from(Volunteer)
        .join(Agent, Agent.id == Volunteer.agent_id)
        .join(Activation, Activation.id == Volunteer.activation_id)
        .join(buddy, buddy.id == Volunteer.buddy_id, isouter=True)
        .join(Shift, and_(Shift.agent_id == Agent.id, Shift.ended_at.is_(None)), isouter=True)
    )


def _row(found: RowMapping) -> VolunteerRow:
    given = {name: found[name] for name in VolunteerRow.__dataclass_fields__ if name in found}
    enough = trust_after(found["options"], found["of_playbook"])
    return VolunteerRow(**{**given, "languages": tuple(found["languages"]), "trust_after": enough})
