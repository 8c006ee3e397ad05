"""Watches whether the desk met the injects of a rehearsal, by what it did and not by what it says."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare import live
from webcare.models import Inject
from webcare.queries import injects
from webcare.services import timeline


def watch(session: Session, activation_id: int) -> int:
    """Note which thrown injects the desk has met since, with the moment of the deed; return how many.

    The moment comes from the record, so it doesn't matter how late somebody looks.
    """
    asked = (
        select(Inject)
        .where(Inject.activation_id == activation_id, Inject.thrown_at.is_not(None), Inject.met_at.is_(None))
        .order_by(Inject.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    met = [row for row in session.scalars(asked) if _is_met(session, row)]
    session.flush()
    about = ("activation", activation_id)
    happened = [(None, about, {"key": row.key, "why": row.why}) for row in met]
    timeline.record_many(session, "inject_met", [*happened])
    if met:
        live.tell(session, "activation", [activation_id])
    return len(met)


def _is_met(session: Session, row: Inject) -> bool:
    found = injects.deed(session, row)
    if found is None:
        return False
    row.met_at, row.met_by, row.why = found.at, found.agent_id, found.how
    return True
