"""Removes what has outlived its use: old answers, ended sign-ins, dead heartbeats, old pauses."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.services import heartbeats, pauses, timeline

# Raw bytes and answers live as long as a provider may repeat itself.
_OLD_ANSWERS = text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '30 days'")
_OLD_SIGN_INS = text("""
    DELETE FROM sign_ins WHERE least(expires_at, coalesce(ended_at, expires_at)) < now() - interval '30 days'
""")
_OLD_ATTEMPTS = text("DELETE FROM sign_in_attempts WHERE since_at < now() - interval '1 day'")
_OLD_INVITATIONS = text("DELETE FROM invitations WHERE expires_at < now() - interval '30 days'")
_SWEEPS = {
    "idempotency_keys": _OLD_ANSWERS,
    "sign_ins": _OLD_SIGN_INS,
    "sign_in_attempts": _OLD_ATTEMPTS,
    "invitations": _OLD_INVITATIONS,
}


def sweep(session: Session) -> int:
    """Remove what is past keeping and return how many rows went."""
    gone: dict[str, int] = {}
    for table, statement in _SWEEPS.items():
        gone[table] = session.execute(statement).rowcount  # type: ignore[attr-defined]
    gone["heartbeats"] = heartbeats.sweep(session)
    gone["pauses"] = pauses.sweep(session)
    if any(gone.values()):
        timeline.record(session, None, "swept", ("desk", None), **{k: v for k, v in gone.items() if v})
    return sum(gone.values())
