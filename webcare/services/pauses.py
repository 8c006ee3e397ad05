"""Keeps how long a provider's account wants to be left alone, for all workers at once."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# A day: what asks for more has meant something else by it.
LONGEST_S = 86_400.0
MAX_WORDS = 300

# A longer pause is never cut short by a shorter one that was asked for at the same time.
_PAUSE = text("""
    INSERT INTO pauses (key, until, words)
    VALUES (:key, clock_timestamp() + make_interval(secs => :seconds), :words)
    ON CONFLICT (key) DO UPDATE SET
        until = greatest(pauses.until, excluded.until),
        words = CASE WHEN excluded.until > pauses.until THEN excluded.words ELSE pauses.words END
""")
# The row lock makes the second of two workers look again, and find the turn taken.
_TAKE_TURN = text("""
    INSERT INTO pauses (key, until, words)
    VALUES (:key, clock_timestamp() + make_interval(secs => :seconds), '')
    ON CONFLICT (key) DO UPDATE SET until = excluded.until, words = ''
        WHERE pauses.until <= clock_timestamp()
    RETURNING key
""")
_LEFT = text("""
    SELECT coalesce(max(extract(epoch FROM until - clock_timestamp())), 0)
    FROM pauses WHERE key = :key AND until > clock_timestamp()
""")
_SWEEP = text("DELETE FROM pauses WHERE until < clock_timestamp() - interval '1 day'")


def of_inbox(inbox_id: int) -> str:
    """Return the key under which the account of an inbox is paused."""
    return f"inbox:{inbox_id}"


def pause(session: Session, key: str, seconds: float, words: str = "") -> None:
    """Leave the account `key` alone for `seconds` from now by the database's clock; at most a day."""
    bounded = min(max(seconds, 0.0), LONGEST_S)
    session.execute(_PAUSE, {"key": key, "seconds": bounded, "words": words[:MAX_WORDS]})


def take_turn(session: Session, key: str, seconds: float) -> bool:
    """Return True when `key` was free, and keep it for `seconds`; False when somebody has it."""
    return session.execute(_TAKE_TURN, {"key": key, "seconds": seconds}).first() is not None


def left(session: Session, key: str) -> float:
    """Return the seconds for which `key` is still paused; 0 when it is not."""
    return float(session.execute(_LEFT, {"key": key}).scalar_one())


def sweep(session: Session) -> int:
    """Forget pauses that ended a day ago and return how many."""
    return session.execute(_SWEEP).rowcount  # type: ignore[attr-defined,no-any-return]
