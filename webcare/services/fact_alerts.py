"""Reminds the fact keepers of facts that are about to expire, or have."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import alerts as words_for
from webcare.domain import reply_time
from webcare.queries import alerts as raised
from webcare.queries import facts
from webcare.queries.facts import FactRow
from webcare.services import alerts

# The promised moment of the next update has reminders of its own.
NEXT_UPDATE = "next_update_at"
_REPEAT_MINUTES = 10


def alert_expiring(session: Session) -> int:
    """Alert once to each version about to expire, every 10 min to one that has; return how many."""
    now = clock.now()
    due = [row for row in facts.board(session, now) if row.state in {"expiring", "expired"}]
    own = (NEXT_UPDATE, reply_time.KEY)
    return sum(_alerted(session, row) for row in due if reply_time.declared(row.key) not in own)


def _alerted(session: Session, row: FactRow) -> bool:
    now = clock.now()
    until = row.valid_until or now
    # One message in Slack per fact: what is about to expire, and then has, renews it.
    about = f"fact:{row.activation_id}:{row.key}"
    if row.state == "expiring":
        key = f"{about}@expiring:{row.version_id}"
        text = words_for.fact_expiring(row.key, until - now, len(row.dependants))
    else:
        minutes = int((now - until).total_seconds() // 60)
        key = f"{about}@expired:{row.version_id}:{minutes // _REPEAT_MINUTES}"
        text = words_for.fact_expired(row.key, len(row.dependants))
    if raised.was_raised(session, key):
        return False
    text = f"Rehearsal: {text}" if row.mode == "rehearsal" else text
    alerts.raise_(session, alerts.Alert(f"fact.{row.state}", "facts", text, key, row.activation_id))
    return True
