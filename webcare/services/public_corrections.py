"""Drafts the one public correction of a run: a broadcast of its own, with its own approval and channels."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import public_corrections as words
from webcare.domain.broadcasts import CORRECTION
from webcare.domain.rights import Who
from webcare.errors import Conflict
from webcare.models import Activation, Broadcast, Correction
from webcare.queries import public_corrections, rules
from webcare.services import correction_wording, timeline

_OPEN = ("draft", "waiting", "approved")


def draft(session: Session, who: Who, row: Correction) -> int | None:
    """Keep a draft for everybody who could read the wrong version, and return its id.

    Returns None when no published broadcast stated it. It leaves only when somebody approves it.
    """
    stated = public_corrections.stated(session, row.wrong_version_id)
    if stated.first is None or stated.last is None:
        return None
    known, _ = correction_wording.of_run(session, row)
    at = session.get_one(Activation, row.activation_id)
    is_promised = at.next_update_at is not None and at.next_update_at > known.now
    mistake = words.Mistake(
        known.key,
        row.wrong,
        stated.first,
        stated.last,
        bool(row.right),
        promises_next=at.ended_at is None,
        zone=rules.zone_of(known.playbook),
    )
    made = Broadcast(
        activation_id=row.activation_id,
        correction_id=row.id,
        kind=CORRECTION,
        parts=words.parts(mistake),
        next_update_at=at.next_update_at if is_promised and at.ended_at is None else None,
        author_id=who.agent_id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    data = {"kind": CORRECTION, "activation_id": row.activation_id, "run": row.id}
    timeline.record(session, who, "written", ("broadcast", made.id), **data)
    live.tell(session, "broadcast", [made.id])
    return made.id


def again(session: Session, who: Who, row: Correction) -> int:
    """Draft it once more where it was withdrawn, or where posts are left that nothing corrects.

    Raises Conflict while one is being written or approved, and when there is nothing to correct.
    """
    found = public_corrections.word(session, row.id)
    if found is not None and found.state != "published":
        raise Conflict(f"There is a draft already: broadcast #{found.id}. Finish or withdraw that one.")
    made = draft(session, who, row) if public_corrections.tally(session, row.id).left else None
    if made is None:
        raise Conflict("No public post is left to correct.")
    live.tell(session, "correction", [row.id])
    return made


def withdraw(session: Session, who: Who, correction_id: int) -> int:
    """Take back the drafts of a run that haven't left; return how many."""
    taking = (
        update(Broadcast)
        .where(Broadcast.correction_id == correction_id, Broadcast.state.in_(_OPEN))
        .values(state="withdrawn")
        .returning(Broadcast.id)
    )
    taken = sorted(session.scalars(taking))
    timeline.record_many(
        session, "withdrawn", [(who, ("broadcast", number), {"run": correction_id}) for number in taken]
    )
    if taken:
        live.tell(session, "broadcast", taken)
    return len(taken)


def redraft(session: Session, who: Who, row: Correction) -> None:
    """Put a new draft in place of the one that hasn't left; what is out stays as it is."""
    withdraw(session, who, row.id)
    is_out = select(Broadcast.id).where(Broadcast.correction_id == row.id, Broadcast.state == "published")
    if session.scalar(is_out.limit(1)) is None:
        draft(session, who, row)
