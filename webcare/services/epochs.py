"""Raises the desk's epoch: whatever changes what is in force waits here for its turn."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import live, queues
from webcare.models import Desk
from webcare.queries import activations, rules


def bump(session: Session) -> int:
    """Raise the desk's epoch and return it; its row lock makes activations wait for each other."""
    bumping = insert(Desk).values(id=1, epoch=1)
    bumping = bumping.on_conflict_do_update(index_elements=["id"], set_={"epoch": Desk.epoch + 1})
    epoch = int(session.execute(bumping.returning(Desk.epoch)).scalar_one())
    rules.forget(session)
    return epoch


def tell(session: Session, activation_id: int) -> activations.ActivationRow:
    """Tell every desk, have the backlog judged anew under what is in force now, and return the row."""
    rules.forget(session)
    live.tell(session, "activation", [activation_id])
    queues.after_commit(session, "retriage")
    return activations.one(session, activation_id).row
