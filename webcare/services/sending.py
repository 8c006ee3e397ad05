"""Pauses everything that leaves, and lets it leave again; one switch for the whole desk."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Desk
from webcare.services import timeline


def pause(session: Session, who: Who | None) -> None:
    """Let no reply leave from now on; what is being sent at this moment still ends. `who` None: the console.

    Raises NotAllowed without the right outbound.pause, Conflict when it is paused already.
    """
    _switch(session, who, is_pausing=True)


def resume(session: Session, who: Who | None) -> None:
    """Let the replies that wait leave in their order; raises NotAllowed, Conflict when nothing is paused."""
    _switch(session, who, is_pausing=False)
    queues.after_commit(session, "delivery")


def _switch(session: Session, who: Who | None, *, is_pausing: bool) -> None:
    if who is not None and not who.may("outbound.pause"):
        raise NotAllowed("Only a team lead or an admin may pause what leaves. Ask one of them.")
    changed = session.execute(
        update(Desk)
        .where(Desk.outbound_paused_at.is_(None) if is_pausing else Desk.outbound_paused_at.is_not(None))
        .values(
            outbound_paused_at=clock.now() if is_pausing else None,
            outbound_paused_by=who.agent_id if who and is_pausing else None,
        )
        .returning(Desk.id)
    ).first()
    if changed is None:
        raise Conflict("Sending is paused already." if is_pausing else "Sending is not paused.")
    timeline.record(session, who, "paused" if is_pausing else "resumed", ("desk", 1))
    live.tell(session, "activation")
