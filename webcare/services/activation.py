"""Puts a playbook in force, for real or as a rehearsal; its other verbs are offered here as well."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from webcare import clock, playbooks, settings
from webcare.domain.coverage import EVERYTHING, Coverage
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation
from webcare.queries import activations, rules
from webcare.services import activation_news, broadcasts, epochs, promises, rehearsals, scopes, wording
from webcare.services.activation_phases import PhaseMove, RoleGiven, assign_role, move_phase, tick, untick
from webcare.services.promises import alert_updates, set_next_update
from webcare.services.standing_down import Closing, stand_down
from webcare.services.undoing import undo

__all__ = [
    "Activate",
    "Closing",
    "PhaseMove",
    "RoleGiven",
    "activate",
    "alert_updates",
    "assign_role",
    "move_phase",
    "set_next_update",
    "stand_down",
    "tick",
    "undo",
    "untick",
]

MODES = ("real", "rehearsal")
_SEVEREST = 3
_FIRST_PHASE = "respond"


@dataclass(frozen=True, slots=True)
class Activate:
    """Which playbook, why (one sentence), how bad (1 to 3), for real or not, and what was promised.

    `scope` is what it covers: everything, unless it names inboxes, languages or labels.
    """

    playbook: str
    reason: str
    severity: int
    mode: str = "real"
    next_update_at: datetime | None = None
    options: dict[str, object] = field(default_factory=dict)
    scope: Coverage = EVERYTHING


def activate(session: Session, who: Who, wanted: Activate) -> activations.ActivationRow:
    """Put a playbook in force as it is at this moment, and have the backlog judged anew under it.

    Raises NotAllowed without the right playbook.activate, NotFound for a playbook that isn't there,
    Refused for a broken one, odd values or a scope that can't be, Conflict when it runs already in this
    mode.
    """
    _may_activate(who)
    reason = _checked(wanted)
    wanted = replace(wanted, scope=scopes.checked(session, wanted.scope, wanted.mode))
    root = playbooks.folder(settings.get())
    playbook = playbooks.load(wanted.playbook, root)
    epoch = epochs.bump(session)
    _refuse_running(session, wanted)
    row = _frozen(playbook, wanted, who, reason)
    session.add(row)
    session.flush()
    rules.forget(session)
    if wanted.mode == "rehearsal":
        rehearsals.prepare(session, who, row.id, playbook)
    # Hook: what was planned for a quiet day waits (R19); a rehearsal pauses nothing.
    broadcasts.pause_scheduled(session, who, row.id)
    if wanted.next_update_at is not None:
        promises.state_fact(session, who, row, playbook)
    activation_news.tell(session, who, row, (playbook, epoch))
    return epochs.tell(session, row.id)


def _may_activate(who: Who) -> None:
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead can put a playbook in force; call one.")


def _checked(wanted: Activate) -> str:
    """Return the reason; raise Refused for a mode, severity or promise that can't be."""
    if wanted.mode not in MODES:
        raise Refused("Choose 'real' or 'rehearsal'.")
    if not 1 <= wanted.severity <= _SEVEREST:
        raise Refused("Severity is 1, 2 or 3.")
    if wanted.next_update_at is not None:
        promises.refuse_past(wanted.next_update_at)
    return wording.checked(wanted.reason, "reason", 500)


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
        scope=wanted.scope.plain(),
    )
