"""Counts the replies that a volunteer got approved unchanged, until they send alone; a no begins anew."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.rights import Who
from webcare.models import Activation, Volunteer
from webcare.queries import volunteers
from webcare.services import timeline


def credit(session: Session, by: Who, agent_id: int, *, is_changed: bool) -> None:
    """Count one approved reply of a volunteer; enough unchanged ones in a row earn trust.

    A reply that the approver mended breaks the row. Nothing happens for whoever is no volunteer.
    """
    asked = (
        select(Volunteer, Activation.options, Activation.frozen["trust_after"])
        .join(Activation, Activation.id == Volunteer.activation_id)
        .where(Volunteer.agent_id == agent_id, Volunteer.ended_at.is_(None))
        .with_for_update(of=Volunteer)
        .execution_options(populate_existing=True)
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return
    row, options, of_playbook = found
    row.unchanged = 0 if is_changed else row.unchanged + 1
    if row.trusted_at is None and row.unchanged >= volunteers.trust_after(options, of_playbook):
        row.trusted_at = clock.now()
        timeline.record(session, by, "trusted", ("agent", agent_id), unchanged=row.unchanged)
    session.flush()
    live.tell(session, "agent", [agent_id])


def set_back(session: Session, by: Who, agent_id: int) -> None:
    """Take trust and count away after a returned reply; nothing happens for whoever is no volunteer."""
    taking = (
        update(Volunteer)
        .where(Volunteer.agent_id == agent_id, Volunteer.ended_at.is_(None))
        .values(unchanged=0, trusted_at=None)
        .returning(Volunteer.agent_id)
    )
    if session.execute(taking).first() is not None:
        timeline.record(session, by, "trust_reset", ("agent", agent_id))
        live.tell(session, "agent", [agent_id])
