"""Tells the timeline and Slack that a playbook came into force, with what it covers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webcare.domain import alerts as words_for
from webcare.domain.coverage import Coverage
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.models import Activation
from webcare.queries import activations
from webcare.services import alerts, timeline


def tell(session: Session, who: Who, row: Activation, named: tuple[Playbook, int]) -> None:
    """Leave the event of an activation and raise its alert; `named` is its playbook and the new epoch."""
    playbook, epoch = named
    data = {
        "playbook": playbook.slug,
        "version": playbook.version,
        "mode": row.mode,
        "severity": row.severity,
        "scope": row.scope,
    }
    about = ("activation", row.id)
    timeline.record(session, who, "activated", about, **data, reason=row.reason, epoch=epoch)
    text = words_for.activated(
        playbook.title.en, row.severity, who.name, row.next_update_at, real=row.mode == "real"
    )
    if row.scope:
        names = activations.one(session, row.id).row.inbox_names
        text = f"{text} Covers {Coverage.of(row.scope).words(names)} only."
    alerts.raise_(
        session,
        alerts.Alert("playbook.activated", "crisis", text, f"playbook.activated:{row.id}", row.id),
    )
