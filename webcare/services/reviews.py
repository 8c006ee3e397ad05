"""Plans the review of an activation, and notes that it was held."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import working_days
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation
from webcare.queries import activations
from webcare.queries.activations import ActivationRow
from webcare.services import timeline

WITHIN = 10
"""Working days within which the review is held."""
_USUAL = 5
_HOUR = time(9, tzinfo=UTC)


def hold_review(session: Session, who: Who, activation_id: int) -> ActivationRow:
    """Note that the review of an activation that ended was held today; once is enough.

    Raises NotAllowed, NotFound, and Conflict while it runs, when it was undone or has its review already.
    """
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead notes that the review was held.")
    row = activations.one(session, activation_id).row
    if row.ended_at is None or row.options.get("ended_as") == "undone":
        raise Conflict("A review looks back on an activation that was stood down; this one was not.")
    noting = (
        update(Activation)
        .where(Activation.id == activation_id, ~Activation.options.has_key("review_held_at"))
        .values(options=Activation.options.concat({"review_held_at": clock.now().isoformat()}))
    )
    if session.execute(noting.returning(Activation.id)).first() is None:
        raise Conflict("Somebody noted this review already.")
    timeline.record(session, who, "review_held", ("activation", activation_id))
    live.tell(session, "activation", [activation_id])
    return activations.one(session, activation_id).row


def usual(now: datetime) -> datetime:
    """Return when a review is held unless somebody chooses: five working days on, at nine (UTC)."""
    return datetime.combine(working_days.after(now.date(), _USUAL), _HOUR)


def last(now: datetime) -> datetime:
    """Return the last moment at which a review may be held."""
    return datetime.combine(working_days.after(now.date(), WITHIN), time.max, tzinfo=UTC)


def planned(at: datetime | None, now: datetime) -> datetime:
    """Return when the review is held, in UTC; raise Refused for a day that has passed or is too late."""
    chosen = (at or usual(now)).astimezone(UTC)
    if chosen.date() < now.date() or chosen > last(now):
        latest = last(now).strftime("%d %B %Y")
        raise Refused(f"Hold the review within {WITHIN} working days: today, or {latest} at the latest.")
    return chosen
