"""Undoes an activation as one action, while it is young: what it switched goes back to what it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Activation, Broadcast, Promise
from webcare.queries import activations
from webcare.queries.activations import ActivationRow
from webcare.services import alerts, epochs, rehearsals, timeline, volunteers, wording
from webcare.services.broadcasts import CRISIS

WINDOW = timedelta(minutes=30)


def undo(session: Session, who: Who, activation_id: int, reason: str) -> ActivationRow:
    """End an activation as if it had not been: urgencies and due times are judged anew without it.

    What was sent meanwhile stays sent, and the timeline keeps both. Raises NotAllowed, NotFound, Refused
    without a reason, and Conflict when it is older than 30 minutes or over.
    """
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead undoes an activation; call one.")
    why = wording.checked(reason, "reason", 500)
    epoch, now = epochs.bump(session), clock.now()
    row = activations.one(session, activation_id).row
    if row.ended_at is not None:
        raise Conflict(f"{row.title['en']} is no longer in force; there is nothing to undo.")
    if now >= until(row):
        raise Conflict("An activation can be undone for 30 minutes; stand it down instead.")
    ending = (
        update(Activation)
        .where(Activation.id == activation_id, Activation.ended_at.is_(None))
        .values(
            ended_at=now,
            ended_by=who.agent_id,
            next_update_at=None,
            options=Activation.options.concat({"ended_as": "undone"}),
        )
    )
    if session.execute(ending.returning(Activation.id)).first() is None:
        raise Conflict(f"{row.title['en']} is no longer in force; there is nothing to undo.")
    if row.is_rehearsal:
        rehearsals.close(session, activation_id, now)
    volunteers.end(session, activation_id)
    _withdraw_promise(session, activation_id, now)
    resumed = _resume_posts(session, who, row)
    about = ("activation", activation_id)
    timeline.record(session, who, "activation_undone", about, reason=why, resumed=resumed, epoch=epoch)
    text = f"{row.title['en']}: activation undone by {who.name}. What it switched is back as it was."
    text = f"Rehearsal: {text}" if row.is_rehearsal else text
    key = f"activation.undone:{activation_id}"
    alerts.raise_(session, alerts.Alert("activation.undone", "crisis", text, key, activation_id))
    return epochs.tell(session, activation_id)


def until(row: ActivationRow) -> datetime:
    """Return the moment until which an activation can be undone."""
    return row.started_at + WINDOW


def _withdraw_promise(session: Session, activation_id: int, now: datetime) -> None:
    """Take back the next update that was promised: it is neither kept nor missed."""
    session.execute(
        update(Promise)
        .where(
            Promise.activation_id == activation_id,
            Promise.kept_at.is_(None),
            Promise.missed_at.is_(None),
            Promise.moved_at.is_(None),
        )
        .values(moved_at=now)
    )


def _resume_posts(session: Session, who: Who, row: ActivationRow) -> int:
    """Let planned posts go again that this activation paused; return how many.

    While another real crisis goes on they stay paused: it would have paused them as well.
    """
    if row.is_rehearsal or any(not each.is_rehearsal for each in activations.running(session)):
        return 0
    resuming = (
        update(Broadcast)
        .where(
            Broadcast.state == "approved",
            Broadcast.paused_why == CRISIS,
            Broadcast.paused_at >= row.started_at,
        )
        .values(paused_at=None, paused_why="")
        .returning(Broadcast.id)
    )
    # The clock publishes what is due meanwhile, with the same checks as ever.
    going = sorted(session.scalars(resuming))
    timeline.record_many(session, "resumed", [(who, ("broadcast", each), {}) for each in going])
    if going:
        live.tell(session, "broadcast", going)
    return len(going)
