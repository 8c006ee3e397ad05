"""Reads who speaks with the press now: the press officer of a crisis in force, or the house's own contact."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from webcare import settings
from webcare.models import Activation, ActivationRole, Agent

ROLE = "press_officer"


def officers(session: Session) -> frozenset[int]:
    """Return the agents who hold the role of press officer, or stand in, in a real activation in force."""
    found = session.execute(
        select(ActivationRole.agent_id, ActivationRole.deputy_id)
        .join(Activation, Activation.id == ActivationRole.activation_id)
        .where(Activation.ended_at.is_(None), Activation.mode == "real", ActivationRole.role == ROLE)
    )
    return frozenset(each for row in found for each in row if each is not None)


def contact(session: Session) -> str:
    """Return one line that says whom a journalist should be brought to; empty when nobody was named."""
    holder, deputy = aliased(Agent), aliased(Agent)
    asked = (
        select(holder.name, deputy.name)
        .select_from(ActivationRole)
        .join(Activation, Activation.id == ActivationRole.activation_id)
        .join(holder, holder.id == ActivationRole.agent_id)
        .join(deputy, deputy.id == ActivationRole.deputy_id, isouter=True)
        .where(Activation.ended_at.is_(None), Activation.mode == "real", ActivationRole.role == ROLE)
        .order_by(Activation.id.desc())
        .limit(1)
    )
    found = session.execute(asked).one_or_none()
    named = found[0] + (f" (deputy {found[1]})" if found[1] else "") if found else ""
    return ", ".join(each for each in (named, settings.get().webcare_press_contact.strip()) if each)
