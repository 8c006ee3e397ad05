"""Writes broadcasts, has them approved, and pauses what was planned when a crisis begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import broadcasts as words
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation, Broadcast
from webcare.queries import broadcast_texts, broadcasts, rules
from webcare.queries.broadcasts import BroadcastRow
from webcare.services import publishing, timeline, wording
from webcare.services.publishing import publish_due

__all__ = [
    "BroadcastText",
    "approve",
    "override",
    "pause_scheduled",
    "publish_due",
    "resume",
    "rewrite",
    "submit",
    "withdraw",
    "write",
]

LONGEST_PART = 1000
CRISIS = "A crisis began: planned posts wait until a person resumes each of them."


@dataclass(frozen=True, slots=True)
class BroadcastText:
    """What somebody writes: parts per language, the promised next update, and when it leaves (None: at once).

    `kind` is `update` (five parts, under an activation) or `post` (one text, planned; an activation isn't
    needed). Moments are aware.
    """

    kind: str
    parts: Mapping[str, Mapping[str, str]]
    activation_id: int | None = None
    next_update_at: datetime | None = None
    publish_at: datetime | None = None


def write(session: Session, who: Who, text: BroadcastText) -> int:
    """Keep a new broadcast as a draft and return its id; nothing leaves.

    Raises NotAllowed, NotFound, Conflict when the activation is over, Refused naming what is missing.
    """
    _may(who, "broadcast.write", "write broadcasts")
    if text.kind == words.CORRECTION:
        raise Refused("A public correction belongs to a correction run; start one on the page of the fact.")
    made = Broadcast(
        **_checked(session, text), kind=text.kind, author_id=who.agent_id, created_at=clock.now()
    )
    session.add(made)
    session.flush()
    data = {"kind": text.kind, "activation_id": text.activation_id}
    timeline.record(session, who, "written", ("broadcast", made.id), **data)
    live.tell(session, "broadcast", [made.id])
    return made.id


def rewrite(session: Session, who: Who, broadcast_id: int, seen_version: int, text: BroadcastText) -> None:
    """Change a broadcast that hasn't left; it is a draft again, of `who`, and needs a new yes.

    Raises NotAllowed, NotFound, Refused, and Conflict when somebody else changed or published it.
    """
    _may(who, "broadcast.write", "write broadcasts")
    row = broadcasts.one(session, broadcast_id)
    if (text.kind, text.activation_id) != (row.kind, row.activation_id):
        raise Refused("A broadcast keeps its kind and its crisis; write a new one instead.")
    values = {**_checked(session, text), "state": "draft", "version": seen_version + 1}
    again = {"author_id": who.agent_id, "approved_by": None, "approved_at": None, "paused_at": None}
    _move(session, (broadcast_id, seen_version), ("draft", "waiting", "approved"), {**values, **again})
    timeline.record(session, who, "rewritten", ("broadcast", broadcast_id), version=seen_version + 1)


def submit(session: Session, who: Who, broadcast_id: int, seen_version: int) -> BroadcastRow:
    """Ask for the yes that the playbook wants; where it wants none, the broadcast is approved at once.

    Raises NotAllowed, NotFound, Conflict, and Refused with everything that stands in its way.
    """
    _may(who, "broadcast.write", "publish broadcasts")
    row = broadcasts.one(session, broadcast_id)
    publishing.refuse_unfit(session, row)
    _move(session, (broadcast_id, seen_version), ("draft",), {"state": "waiting"})
    timeline.record(session, who, "submitted", ("broadcast", broadcast_id), version=seen_version)
    if approver(session, row) == "none":
        return _approve(session, who, row)
    return broadcasts.one(session, broadcast_id)


def override(
    session: Session, who: Who, broadcast_id: int, seen_version: int, passed: tuple[str, str]
) -> None:
    """Let one finding (its name, the reason) pass in this version; the timeline keeps both.

    Raises NotAllowed, NotFound, Conflict, and Refused without a reason, or for a finding that isn't there
    or that nobody may let pass.
    """
    _may(who, "check.override", "let a finding pass")
    name, why = passed[0], wording.checked(passed[1], "reason", 500)
    row = broadcasts.one(session, broadcast_id)
    found = [each.finding for each in broadcast_texts.look(session, row, clock.now()).findings]
    same = [each for each in found if each.name == name and each.severity == "block"]
    if not same or any(each.is_final for each in same):
        raise Refused(f"'{name[:40]}' can't be passed over here; change the words instead.")
    kept = {**row.overrides, name: {"by": who.name, "why": why}}
    values = {"parts": {**row.parts, "overrides": kept}}
    _move(session, (broadcast_id, seen_version), ("draft", "waiting"), values)
    timeline.record(session, who, "overridden", ("broadcast", broadcast_id), finding=name, why=why)


def approve(session: Session, who: Who, broadcast_id: int, seen_version: int) -> BroadcastRow:
    """Say yes to exactly this version; it leaves at once, or at its time.

    Raises NotAllowed, NotFound, Conflict when the text changed since, and Refused for one's own text where
    the playbook asks for a colleague, or with what stands in its way.
    """
    _may(who, "broadcast.approve", "approve broadcasts")
    row = broadcasts.one(session, broadcast_id)
    if row.version != seen_version:
        raise Conflict("The text was changed since you read it. Read it again, then decide.")
    if not may_approve(session, who, row):
        raise Refused("You wrote this yourself and the playbook asks for a colleague; have one read it.")
    publishing.refuse_unfit(session, row)
    return _approve(session, who, row)


def may_approve(session: Session, who: Who, row: BroadcastRow) -> bool:
    """Return whether `who` can be the person who says yes to this broadcast."""
    is_own = row.author_id == who.agent_id
    return who.may("broadcast.approve") and not (is_own and approver(session, row) == "colleague")


def withdraw(session: Session, who: Who, broadcast_id: int, seen_version: int) -> None:
    """Take back what hasn't left; raises NotAllowed, NotFound, Conflict."""
    _may(who, "broadcast.write", "withdraw broadcasts")
    _move(session, (broadcast_id, seen_version), ("draft", "waiting", "approved"), {"state": "withdrawn"})
    timeline.record(session, who, "withdrawn", ("broadcast", broadcast_id))


def resume(session: Session, who: Who, broadcast_id: int, seen_version: int) -> None:
    """Let one paused broadcast leave at its time, or at once when that has passed.

    Raises NotAllowed, NotFound, Conflict when it isn't paused, and Refused with what stands in its way.
    """
    _may(who, "broadcast.approve", "resume broadcasts")
    row = broadcasts.one(session, broadcast_id)
    if row.paused_at is None:
        raise Conflict("This broadcast is not paused; load the page again.")
    publishing.refuse_unfit(session, row)
    _move(session, (broadcast_id, seen_version), ("approved",), {"paused_at": None, "paused_why": ""})
    timeline.record(session, who, "resumed", ("broadcast", broadcast_id))
    _publish_if_due(session, who, broadcast_id)


def pause_scheduled(session: Session, who: Who | None, activation_id: int) -> int:
    """Pause every planned post because a real crisis begins (R19); return how many.

    Nothing resumes them by itself: after the crisis a person decides about each. A rehearsal pauses nothing.
    """
    mode = session.scalar(select(Activation.mode).where(Activation.id == activation_id))
    if mode != "real":
        return 0
    asked = select(Broadcast.id).where(Broadcast.kind == "post", Broadcast.state == "approved")
    return publishing.hold(session, who, list(session.scalars(asked)), CRISIS)


def _approve(session: Session, who: Who, row: BroadcastRow) -> BroadcastRow:
    values: dict[str, Any] = {"state": "approved", "approved_by": who.agent_id, "approved_at": clock.now()}
    _move(session, (row.id, row.version), ("waiting",), values)
    timeline.record(session, who, "approved", ("broadcast", row.id), version=row.version)
    if row.kind == "post" and rules.covering(session, None).activation_ids:
        publishing.hold(session, who, [row.id], CRISIS)
    else:
        _publish_if_due(session, who, row.id)
    return broadcasts.one(session, row.id)


def _publish_if_due(session: Session, who: Who, broadcast_id: int) -> None:
    at = session.scalar(select(Broadcast.publish_at).where(Broadcast.id == broadcast_id))
    if at is None or at <= clock.now():
        publishing.publish(session, who, broadcast_id)


def approver(session: Session, row: BroadcastRow) -> str:
    """Return whose yes it needs: none, colleague or lead; of several crises the strictest counts."""
    books = [broadcasts.source(session, row.activation_id).playbook]
    if not row.is_rehearsal:
        books += rules.covering(session, None).playbooks
    asked = {book.approval.broadcast for book in books}
    asked |= {book.approval.correction for book in books} if row.kind == words.CORRECTION else set()
    # Only leads say yes at all, so a colleague's is a second lead's.
    return next((each for each in ("colleague", "lead") if each in asked), "none")


def _checked(session: Session, text: BroadcastText) -> dict[str, Any]:
    """Return the columns that the author decides; raise Refused, NotFound or Conflict."""
    if text.kind not in ("update", "nochange", "post", words.CORRECTION):
        raise Refused("Choose 'update' or 'post'.")
    if text.kind != "post" and text.activation_id is None:
        raise Refused("A status update belongs to a crisis; choose which one.")
    if text.activation_id is not None and text.kind != words.CORRECTION:
        _refuse_over(session, text.activation_id)
    parts = words.complete(text.kind, text.parts)
    for language, named in parts.items():
        for name, said in named.items():
            named[name] = wording.checked(said, f"part {name}_{language}", LONGEST_PART)
    for moment in (text.next_update_at, text.publish_at):
        if moment is not None and moment.tzinfo is None:
            raise Refused("Say every moment with its zone.")
    return {
        "activation_id": text.activation_id,
        "parts": parts,
        "next_update_at": None if text.kind == "post" else text.next_update_at,
        "publish_at": text.publish_at,
    }


def _refuse_over(session: Session, activation_id: int) -> None:
    broadcasts.source(session, activation_id)
    asked = select(Activation.ended_at).where(Activation.id == activation_id).with_for_update(read=True)
    if session.scalar(asked) is not None:
        raise Conflict("This crisis was stood down; a planned post can still say where help stays.")


def _move(session: Session, what: tuple[int, int], before: tuple[str, ...], values: dict[str, Any]) -> None:
    """Change a broadcast in this version (id, version) and one of these states; raise Conflict otherwise."""
    broadcast_id, version = what
    moving = (
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.version == version, Broadcast.state.in_(before))
        .values(**values)
        .returning(Broadcast.id)
    )
    if session.execute(moving).first() is None:
        row = broadcasts.one(session, broadcast_id)
        raise Conflict(
            f"This broadcast is {row.state} now, in version {row.version}. Nothing was done; read it again."
        )
    live.tell(session, "broadcast", [broadcast_id])


def _may(who: Who, right: str, what: str) -> None:
    if not who.may(right):
        raise NotAllowed(f"Your role can't {what}; ask a team lead.")
