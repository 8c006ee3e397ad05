"""Puts a playbook in force, for real or as a rehearsal, and stands it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live, playbooks, queues, settings
from webcare.domain import alerts as words_for
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation, Desk
from webcare.queries import activations, rules
from webcare.services import alerts, promises, rehearsals, timeline, wording
from webcare.services.activation_phases import PhaseMove, RoleGiven, assign_role, move_phase, tick, untick
from webcare.services.promises import alert_updates, set_next_update

__all__ = [
    "Activate",
    "PhaseMove",
    "RoleGiven",
    "activate",
    "alert_updates",
    "assign_role",
    "move_phase",
    "set_next_update",
    "stand_down",
    "tick",
    "untick",
]

MODES = ("real", "rehearsal")
_SEVEREST = 3
_FIRST_PHASE = "respond"


@dataclass(frozen=True, slots=True)
class Activate:
    """Which playbook, why (one sentence), how bad (1 to 3), for real or not, and what was promised."""

    playbook: str
    reason: str
    severity: int
    mode: str = "real"
    next_update_at: datetime | None = None
    options: dict[str, object] = field(default_factory=dict)


def activate(session: Session, who: Who, wanted: Activate) -> activations.ActivationRow:
    """Put a playbook in force as it is at this moment, and have the backlog judged anew under it.

    Raises NotAllowed without the right playbook.activate, NotFound for a playbook that isn't there,
    Refused for a broken one or odd values, Conflict when it runs already in this mode.
    """
    _may_activate(who)
    reason = _checked(wanted)
    root = playbooks.folder(settings.get())
    playbook = playbooks.load(wanted.playbook, root)
    epoch = _bump_epoch(session)
    _refuse_running(session, wanted)
    row = _frozen(playbook, wanted, who, reason)
    session.add(row)
    session.flush()
    rules.forget(session)
    if wanted.mode == "rehearsal":
        rehearsals.prepare(session, who, row.id, playbook)
    if wanted.next_update_at is not None:
        promises.state_fact(session, who, row, playbook)
    data = {
        "playbook": playbook.slug,
        "version": playbook.version,
        "mode": row.mode,
        "severity": row.severity,
    }
    timeline.record(session, who, "activated", ("activation", row.id), **data, reason=reason, epoch=epoch)
    text = words_for.activated(
        playbook.title.en, row.severity, who.name, row.next_update_at, real=row.mode == "real"
    )
    alerts.raise_(
        session,
        alerts.Alert("playbook.activated", "crisis", text, f"playbook.activated:{row.id}", row.id),
    )
    return _told(session, row.id)


def stand_down(session: Session, who: Who, activation_id: int, reason: str) -> activations.ActivationRow:
    """End an activation: its playbook is no longer in force, and a rehearsal's inbox and conversations close.

    Raises NotAllowed, NotFound, Refused without a reason, and Conflict when it has ended already.
    """
    _may_activate(who)
    why = wording.checked(reason, "reason", 500)
    before = activations.one(session, activation_id).row
    epoch = _bump_epoch(session)
    now = clock.now()
    ending = (
        update(Activation)
        .where(Activation.id == activation_id, Activation.ended_at.is_(None))
        .values(ended_at=now, ended_by=who.agent_id)
        .returning(Activation.id)
    )
    if session.execute(ending).first() is None:
        raise Conflict(f"{before.title['en']} was stood down already.")
    rules.forget(session)
    if before.is_rehearsal:
        rehearsals.close(session, activation_id, now)
    timeline.record(session, who, "stood_down", ("activation", activation_id), reason=why, epoch=epoch)
    text = words_for.stood_down(before.title["en"], who.name)
    text = f"Rehearsal: {text}" if before.is_rehearsal else text
    alerts.raise_(
        session, alerts.Alert("stand_down", "crisis", text, f"stand_down:{activation_id}", activation_id)
    )
    return _told(session, activation_id)


def _told(session: Session, activation_id: int) -> activations.ActivationRow:
    """Tell every desk, have the backlog judged anew, and return the row."""
    live.tell(session, "activation", [activation_id])
    queues.after_commit(session, "retriage")
    return activations.one(session, activation_id).row


def _may_activate(who: Who) -> None:
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead can put a playbook in force or stand it down; call one.")


def _checked(wanted: Activate) -> str:
    """Return the reason; raise Refused for a mode, severity or promise that can't be."""
    if wanted.mode not in MODES:
        raise Refused("Choose 'real' or 'rehearsal'.")
    if not 1 <= wanted.severity <= _SEVEREST:
        raise Refused("Severity is 1, 2 or 3.")
    if wanted.next_update_at is not None:
        promises.refuse_past(wanted.next_update_at)
    return wording.checked(wanted.reason, "reason", 500)


def _bump_epoch(session: Session) -> int:
    """Raise the desk's epoch and return it; its row lock makes activations wait for each other."""
    bumping = insert(Desk).values(id=1, epoch=1)
    bumping = bumping.on_conflict_do_update(index_elements=["id"], set_={"epoch": Desk.epoch + 1})
    return int(session.execute(bumping.returning(Desk.epoch)).scalar_one())


def _refuse_running(session: Session, wanted: Activate) -> None:
    for row in activations.running(session):
        if (row.playbook, row.mode) == (wanted.playbook, wanted.mode):
            since = row.started_at.strftime("%H:%M UTC")
            raise Conflict(
                f"{row.title['en']} is in force already: {row.started_by_name} activated it at {since}."
            )


def _frozen(playbook: Playbook, wanted: Activate, who: Who, reason: str) -> Activation:
    now = clock.now()
    first = playbook.phase(_FIRST_PHASE) or playbook.phases[0]
    return Activation(
        playbook=playbook.slug,
        playbook_version=playbook.version,
        fingerprint=playbook.fingerprint,
        frozen=playbook.model_dump(mode="json"),
        reason=reason,
        severity=wanted.severity,
        mode=wanted.mode,
        phase=first.key,
        phase_at=now,
        started_at=now,
        started_by=who.agent_id,
        next_update_at=wanted.next_update_at,
        options=dict(wanted.options),
    )
