"""Removes what has outlived its use: old answers, ended sign-ins, dead heartbeats, old pauses."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.services import heartbeats, idempotency, pauses, reply_times, sign_ins, timeline

# Ended or expired a month ago: long enough to see who was signed in when.
_OLD_SIGN_INS = text("""
    DELETE FROM sign_ins WHERE least(expires_at, coalesce(ended_at, expires_at)) < now() - interval '30 days'
""")
_OLD_INVITATIONS = text("DELETE FROM invitations WHERE expires_at < now() - interval '30 days'")
_SWEEPS = {
    "sign_ins": _OLD_SIGN_INS,
    "invitations": _OLD_INVITATIONS,
}


def sweep(session: Session) -> int:
    """Remove what is past keeping and return how many rows went."""
    gone: dict[str, int] = {}
    for table, statement in _SWEEPS.items():
        gone[table] = session.execute(statement).rowcount  # type: ignore[attr-defined]
    gone["idempotency_keys"] = idempotency.forget_old(session)
    gone["sign_in_attempts"] = sign_ins.tidy(session)
    gone["heartbeats"] = heartbeats.sweep(session)
    gone["pauses"] = pauses.sweep(session)
    gone["reply_times"] = reply_times.prune(session)
    if any(gone.values()):
        timeline.record(session, None, "swept", ("desk", None), **{k: v for k, v in gone.items() if v})
    return sum(gone.values())
