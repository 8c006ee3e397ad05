"""Reads activations: which playbooks are in force, how far each one is, and what they cover."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from webcare.domain.coverage import Coverage, Place
from webcare.domain.playbook import Phase, Playbook, Titled
from webcare.errors import NotFound
from webcare.models import Activation, ActivationRole, ActivationStep, Agent, Inbox
from webcare.queries.rules import InForce, covering, frozen, in_force
from webcare.queries.scope import LARGEST_ID

__all__ = [
    "ActivationDetail",
    "ActivationRow",
    "InForce",
    "RoleRow",
    "StepRow",
    "covering",
    "in_force",
    "one",
    "past",
    "running",
]


@dataclass(frozen=True, slots=True)
class ActivationRow:
    """One use of a playbook; `title` maps language codes to words, `mode` is real or rehearsal.

    `scope` is what it covers, as it is stored; `inbox_names` are the names of the inboxes in it.
    """

    id: int
    playbook: str
    playbook_version: str
    fingerprint: str
    title: dict[str, str]
    reply_policy: str
    reason: str
    severity: int
    mode: str
    phase: str
    phase_at: datetime
    started_at: datetime
    started_by: int
    started_by_name: str
    next_update_at: datetime | None
    options: dict[str, Any]
    scope: dict[str, Any]
    inbox_names: list[str]
    ended_at: datetime | None
    ended_by_name: str | None

    @property
    def is_rehearsal(self) -> bool:
        """Return whether its messages are synthetic and nothing leaves."""
        return self.mode == "rehearsal"

    @property
    def coverage(self) -> Coverage:
        """Return what it covers."""
        return Coverage.of(self.scope)

    def covers(self, place: Place) -> bool:
        """Return whether it covers the conversation at `place`."""
        return self.coverage.covers(place)


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the first hour: when it is due, and who did it when."""

    key: str
    title: dict[str, str]
    done_when: dict[str, str]
    due_at: datetime
    done_at: datetime | None
    done_by_name: str | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One hat: what it does and who wears it."""

    key: str
    title: dict[str, str]
    does: dict[str, str]
    agent_id: int | None
    agent_name: str | None
    deputy_id: int | None
    deputy_name: str | None


@dataclass(frozen=True, slots=True)
class ActivationDetail:
    """An activation with its frozen playbook; `phase` is where it stands, `next_phase` what follows."""

    row: ActivationRow
    playbook: Playbook
    steps: tuple[StepRow, ...]
    roles: tuple[RoleRow, ...]
    phases: tuple[Phase, ...]
    phase: Phase | None
    next_phase: Phase | None
    stand_down: tuple[Titled, ...]


def running(session: Session) -> list[ActivationRow]:
    """Return what is in force, newest first, rehearsals included."""
    asked = _activations().where(Activation.ended_at.is_(None)).order_by(Activation.id.desc())
    return [ActivationRow(**each) for each in session.execute(asked).mappings()]


def past(session: Session, limit: int = 50) -> list[ActivationRow]:
    """Return what was stood down, newest first."""
    asked = _activations().where(Activation.ended_at.is_not(None)).order_by(Activation.id.desc())
    return [ActivationRow(**each) for each in session.execute(asked.limit(limit)).mappings()]


def one(session: Session, activation_id: int) -> ActivationDetail:
    """Return one activation, running or past; raise NotFound when there is none with this id."""
    fits = 0 < activation_id <= LARGEST_ID
    asked = _activations().where(Activation.id == (activation_id if fits else 0))
    found = session.execute(asked).mappings().one_or_none()
    if found is None:
        raise NotFound(f"There is no activation {str(activation_id)[:20]}.")
    row = ActivationRow(**found)
    playbook = frozen(session, row.id, row.fingerprint)
    keys = [phase.key for phase in playbook.phases]
    at = keys.index(row.phase) if row.phase in keys else -1
    return ActivationDetail(
        row=row,
        playbook=playbook,
        steps=_steps(session, row, playbook),
        roles=_roles(session, row, playbook),
        phases=playbook.phases,
        phase=playbook.phase(row.phase),
        next_phase=playbook.phases[at + 1] if at + 1 < len(keys) else None,
        stand_down=playbook.stand_down,
    )


def _activations() -> Select[Any]:
    starter, ender = aliased(Agent), aliased(Agent)
    computed = {"title", "reply_policy", "inbox_names", "started_by_name", "ended_by_name"}
    own = [getattr(Activation, name) for name in ActivationRow.__dataclass_fields__ if name not in computed]
    return (
        select(
            *own,
            Activation.frozen["title"].label("title"),
            Activation.frozen["reply_policy"].astext.label("reply_policy"),
            func.array(_names()).label("inbox_names"),
            starter.name.label("started_by_name"),
            ender.name.label("ended_by_name"),
        )
        .join(starter, starter.id == Activation.started_by)
        .join(ender, ender.id == Activation.ended_by, isouter=True)
    )


def _names() -> ScalarSelect[Any]:
    named = Activation.scope["inboxes"].contains(func.to_jsonb(Inbox.id))
    return select(Inbox.name).where(named).order_by(Inbox.name).correlate(Activation).scalar_subquery()


def _steps(session: Session, row: ActivationRow, playbook: Playbook) -> tuple[StepRow, ...]:
    asked = (
        select(ActivationStep.step, ActivationStep.done_at, Agent.name)
        .join(Agent, Agent.id == ActivationStep.done_by)
        .where(ActivationStep.activation_id == row.id)
    )
    done: dict[str, Any] = {each.step: each for each in session.execute(asked)}
    return tuple(
        StepRow(
            key=step.key,
            title=step.title.root,
            done_when=step.done_when.root,
            due_at=row.started_at + timedelta(minutes=step.offset_minutes),
            done_at=done[step.key].done_at if step.key in done else None,
            done_by_name=done[step.key].name if step.key in done else None,
        )
        for step in playbook.checklist
    )


def _roles(session: Session, row: ActivationRow, playbook: Playbook) -> tuple[RoleRow, ...]:
    deputy = aliased(Agent)
    asked = (
        select(
            ActivationRole.role,
            ActivationRole.agent_id,
            Agent.name.label("agent_name"),
            ActivationRole.deputy_id,
            deputy.name.label("deputy_name"),
        )
        .join(Agent, Agent.id == ActivationRole.agent_id)
        .join(deputy, deputy.id == ActivationRole.deputy_id, isouter=True)
        .where(ActivationRole.activation_id == row.id)
    )
    held: dict[str, RowMapping] = {each["role"]: each for each in session.execute(asked).mappings()}
    names = ("agent_id", "agent_name", "deputy_id", "deputy_name")
    return tuple(
        RoleRow(
            key=role.key,
            title=role.title.root,
            does=role.does.root,
            **{name: held[role.key][name] if role.key in held else None for name in names},
        )
        for role in playbook.roles
    )
