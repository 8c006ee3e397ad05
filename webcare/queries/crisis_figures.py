"""Reads what the crisis room shows of the flow: reply times, measured and told, and the coming shift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webcare.domain.staffing import Estimate
from webcare.queries import reply_times, rules, staffing
from webcare.queries.reply_times import ReplyTimeRow


@dataclass(frozen=True, slots=True)
class Measured:
    """The fresh times until an answer, and what the coming shift lacks."""

    times: tuple[ReplyTimeRow, ...]
    staffing: Estimate


def measured(session: Session, rehearsal_id: int | None, now: datetime) -> Measured:
    """Return the figures of everything real, or of one rehearsal, for templates/crisis/."""
    times = [each for each in reply_times.fresh(session, now) if each.rehearsal_id == rehearsal_id]
    zone = rules.covering(session, rehearsal_id).zone
    return Measured(tuple(times), staffing.estimate(session, rehearsal_id, now, zone))
