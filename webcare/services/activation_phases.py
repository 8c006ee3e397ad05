"""Moves an activation on: its phase, the steps of its first hour, and who wears which hat."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import alerts as words_for
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, ActivationRole, ActivationStep, Agent
from webcare.queries import activations
from webcare.queries.activations import ActivationDetail, ActivationRow
from webcare.services import alerts, timeline, wording


@dataclass(frozen=True, slots=True)
class PhaseMove:
    """Where an activation goes; `ticked` are keys of the present phase's exit criteria that are met.

    Anything but the next phase with every criterion ticked needs a reason.
    """

    activation_id: int
    phase: str
    ticked: tuple[str, ...] = ()
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class RoleGiven:
    """Who wears a hat, and who stands in."""

    role: str
    agent_id: int
    deputy_id: int | None = None


def move_phase(session: Session, who: Who, move: PhaseMove) -> ActivationRow:
    """Move an activation to another phase and tell Slack how many exit criteria were met.

    Raises NotAllowed, NotFound, Refused naming the open criteria when there is no reason, and
    Conflict when somebody moved it first or it is over.
    """
    _may(who, "playbook.activate", "Only a team lead moves an activation to another phase.")
    before = _going_on(session, move.activation_id)
    present = before.phase
    criteria = {each.key: each.title.en for each in present.exit_criteria} if present else {}
    met = [key for key in criteria if key in move.ticked]
    reason = _reason(before, move, [words for key, words in criteria.items() if key not in met])
    moving = (
        update(Activation)
        .where(
            Activation.id == move.activation_id,
            Activation.phase == before.row.phase,
            Activation.ended_at.is_(None),
        )
        .values(phase=move.phase, phase_at=clock.now())
    )
    if session.execute(moving.returning(Activation.id)).first() is None:
        raise Conflict("Somebody moved this activation just now; look at where it stands.")
    about = ("activation", move.activation_id)
    data = {"before": before.row.phase, "after": move.phase, "met": met, "of": len(criteria)}
    timeline.record(session, who, "phase_moved", about, **data, override_reason=reason)
    text = words_for.phase_moved(before.row.phase, move.phase, len(met), len(criteria))
    text = f"Rehearsal: {text}" if before.row.is_rehearsal else text
    key = f"phase.changed:{move.activation_id}:{move.phase}"
    alerts.raise_(session, alerts.Alert("phase.changed", "crisis", text, key, move.activation_id))
    live.tell(session, "activation", [move.activation_id])
    return activations.one(session, move.activation_id).row


def tick(session: Session, who: Who, activation_id: int, step: str) -> None:
    """Mark a step of the first hour as done; the first who did it stays on record.

    Raises NotAllowed, NotFound for an unknown step, and Conflict when the activation is over.
    """
    _may(who, "note.write", "Your role can read the checklist but not tick it.")
    _known_step(session, activation_id, step)
    marking = insert(ActivationStep).values(
        activation_id=activation_id, step=step, done_at=clock.now(), done_by=who.agent_id
    )
    if session.execute(marking.on_conflict_do_nothing().returning(ActivationStep.step)).first() is None:
        return
    timeline.record(session, who, "step_done", ("activation", activation_id), step=step)
    live.tell(session, "activation", [activation_id])


def untick(session: Session, who: Who, activation_id: int, step: str) -> None:
    """Take a tick back that was given by mistake; raises as `tick` does."""
    _may(who, "note.write", "Your role can read the checklist but not tick it.")
    _known_step(session, activation_id, step)
    removing = delete(ActivationStep).where(
        ActivationStep.activation_id == activation_id, ActivationStep.step == step
    )
    if session.execute(removing.returning(ActivationStep.step)).first() is None:
        return
    timeline.record(session, who, "step_undone", ("activation", activation_id), step=step)
    live.tell(session, "activation", [activation_id])


def assign_role(session: Session, who: Who, activation_id: int, given: RoleGiven) -> None:
    """Give a role of the playbook to an agent and, better still, a deputy.

    Raises NotAllowed, NotFound for an unknown role, Refused for people who can't sign in or for one
    person as their own deputy, Conflict when the activation is over.
    """
    _may(who, "playbook.activate", "Only a team lead hands out roles.")
    detail = _going_on(session, activation_id)
    if detail.playbook.role(given.role) is None:
        raise NotFound(f"The playbook has no role '{given.role[:64]}'.")
    if given.deputy_id == given.agent_id:
        raise Refused("A deputy is somebody else: who stands in when this person sleeps?")
    wanted = {given.agent_id, *([given.deputy_id] if given.deputy_id is not None else [])}
    working = select(Agent.id).where(Agent.id.in_(wanted), Agent.disabled_at.is_(None))
    if set(session.scalars(working)) != wanted:
        raise Refused("Choose agents who can sign in.")
    values = {"agent_id": given.agent_id, "deputy_id": given.deputy_id}
    giving = insert(ActivationRole).values(activation_id=activation_id, role=given.role, **values)
    session.execute(giving.on_conflict_do_update(index_elements=["activation_id", "role"], set_=values))
    timeline.record(session, who, "role_given", ("activation", activation_id), role=given.role, **values)
    live.tell(session, "activation", [activation_id])


def _may(who: Who, right: str, sentence: str) -> None:
    if not who.may(right):
        raise NotAllowed(sentence)


def _going_on(session: Session, activation_id: int) -> ActivationDetail:
    detail = activations.one(session, activation_id)
    if detail.row.ended_at is not None:
        raise Conflict("This activation was stood down; it doesn't change any more.")
    return detail


def _known_step(session: Session, activation_id: int, step: str) -> None:
    if step not in {each.key for each in _going_on(session, activation_id).playbook.checklist}:
        raise NotFound(f"The checklist has no step '{step[:64]}'.")


def _reason(before: ActivationDetail, move: PhaseMove, open_criteria: list[str]) -> str | None:
    """Return why a rule may be passed over, None when none is; raise Refused when a reason is missing."""
    if before.playbook.phase(move.phase) is None:
        raise NotFound(f"The playbook has no phase '{move.phase[:64]}'.")
    if move.phase == before.row.phase:
        raise Conflict(f"This activation is in phase '{move.phase}' already.")
    is_next = before.next_phase is not None and before.next_phase.key == move.phase
    if is_next and not open_criteria:
        return None
    given = (move.override_reason or "").strip()
    if given:
        return wording.checked(given, "reason", 500)
    if is_next:
        raise Refused(
            "Not every exit criterion is met; tick them or say why you move on.", tuple(open_criteria)
        )
    raise Refused(f"'{move.phase}' is not the next phase; say why you go there.")
