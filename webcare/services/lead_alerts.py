"""Says where an alert for one person goes: to them by direct message, or to a channel without them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.models import Activation, ActivationRole, Agent

LEAD, PRESS_OFFICER = "duty_lead", "press_officer"
_PERSON = re.compile(r"agent:(\d{1,18})\|([a-z]+)")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told by direct message, and the channel that hears it when Slack can't find them."""

    agent_id: int
    otherwise: str


def lead(session: Session) -> str:
    """Return where the duty lead is told: who holds the role, else who began the newest crisis."""
    return to_role(session, LEAD, "crisis") or "crisis"


def to_role(session: Session, role: str, otherwise: str) -> str | None:
    """Return where the holder of a role in the newest real activation is told; None when there is nobody.

    A deputy stands in for a holder who may not sign in any more; the role of the lead falls to whoever
    put the playbook in force.
    """
    asked = (
        select(ActivationRole.agent_id, ActivationRole.deputy_id)
        .join(Activation, Activation.id == ActivationRole.activation_id)
        .where(Activation.ended_at.is_(None), Activation.mode == "real", ActivationRole.role == role)
        .order_by(Activation.id.desc())
    )
    people = [each for row in session.execute(asked) for each in row if each is not None]
    if role == LEAD:
        began = select(Activation.started_by).where(Activation.ended_at.is_(None), Activation.mode == "real")
        people += list(session.scalars(began.order_by(Activation.id.desc())))
    working = set(session.scalars(select(Agent.id).where(Agent.id.in_(people), Agent.disabled_at.is_(None))))
    found = next((each for each in people if each in working), None)
    return f"agent:{found}|{otherwise}" if found is not None else None


def read(place: str) -> Person | None:
    """Return the person that a place names; None for a channel."""
    found = _PERSON.fullmatch(place)
    return Person(int(found[1]), found[2]) if found else None


def email(session: Session, agent_id: int) -> str:
    """Return the e-mail address by which Slack knows an agent; empty for one who left."""
    asked = select(Agent.email).where(Agent.id == agent_id, Agent.disabled_at.is_(None))
    return session.execute(asked).scalar_one_or_none() or ""
