"""Says when triage shall learn from what people judged, and lets the desk go by what it learned."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from webcare import clock, queues, settings
from webcare.learning import shelf
from webcare.models import Desk
from webcare.queries import judged, rules
from webcare.services import epochs, timeline

NIGHT = range(2, 6)
"""The hours, by the clock of the base playbook's zone, at which a minute of one core disturbs nobody."""

# Fewer change nothing that can be measured.
ENOUGH = 20
_APART = timedelta(hours=20)


def ring_when_due(session: Session) -> int:
    """Ring for a lesson and return 1, or return 0 when it isn't time.

    While there is no model it is time at once; else at night, when enough was judged since the last.
    """
    is_night = clock.now().astimezone(_zone(session)).hour in NIGHT
    if not needs_model() and not (is_night and _is_due(session)):
        return 0
    queues.after_commit(session, "lessons")
    return 1


def needs_model() -> bool:
    """Return whether triage still goes by its rules alone, because no model was made yet."""
    return shelf.in_use(settings.get().webcare_var) is None


def begin(session: Session) -> bool:
    """Claim tonight's lesson; return whether there is one, so that two workers never learn at once."""
    desk = session.get(Desk, 1, with_for_update=True)
    if desk is None or not _is_due(session):
        return False
    session.execute(update(Desk).values(learned_at=clock.now()))
    timeline.record(session, None, "lesson_begun", ("desk", None))
    return True


def goes_by(session: Session, version: str, why: str) -> None:
    """Tell the timeline that triage goes by another model from now on, and judge the backlog anew by it."""
    epochs.bump(session)
    timeline.record(session, None, "model_changed", ("desk", None), model=version, why=why)
    queues.after_commit(session, "retriage")


def _is_due(session: Session) -> bool:
    desk = session.get(Desk, 1)
    last = desk.learned_at if desk is not None else None
    if last is not None and clock.now() - last < _APART:
        return False
    return judged.count_since(session, last) >= ENOUGH


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(rules.covering(session, None).cues.zone)
