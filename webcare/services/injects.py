"""Throws the injects of a rehearsal at the desk, each exactly once; a lead may throw or hold one by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain import pace
from webcare.domain.playbook.injects import Inject as Surprise
from webcare.domain.playbook.injects import Thrown, dealt
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Fact, FactVersion, Inbox, Inject
from webcare.queries import inboxes, scope
from webcare.services import intake, rehearsing, timeline, wording

# What the desk has no record of: a rumour may be answered in the pressroom, or by a person in a hall.
MARKABLE = "rumour"
_SEEN = {
    "wrong_fact": "retract or change the fact on the board, and it counts by itself",
    "leak": "hide the message, and it counts by itself",
    "threat": "the duty officer claims the conversation, and it counts by itself",
}


def lay(session: Session, row: Activation, rehearsal: Rehearsal) -> None:
    """Lay the injects of a rehearsal ready, with their words and their time; part of preparing it.

    Everything is dealt now, so that an edited folder changes nothing under way.
    """
    runs = pace.of(row.options, row.id)
    for surprise in rehearsal.injects:
        session.add(
            Inject(
                activation_id=row.id,
                key=surprise.key,
                kind=surprise.kind,
                due_at=row.started_at + timedelta(minutes=surprise.minute / runs.speed),
                subject=_frozen(surprise, dealt(surprise, rehearsal.fillings, runs.seed)),
            )
        )
    session.flush()


def throw_due(session: Session, activation_id: int) -> int:
    """Throw what is due in a running rehearsal and not held; return how many.

    What it puts on the desk is written with the row that says it was thrown: a worker that is killed
    in between leaves neither.
    """
    now = clock.now()
    if not _runs(session, activation_id):
        return 0
    due = and_(Inject.due_at <= now, Inject.thrown_at.is_(None), ~Inject.subject.has_key("held"))
    rows = _locked(session, activation_id, due, is_patient=False)
    for row in rows:
        _throw(session, None, row)
    return len(rows)


def throw(session: Session, who: Who, activation_id: int, key: str) -> None:
    """Throw one inject now, held or not due yet.

    Raises NotAllowed, NotFound, and Conflict when it was thrown already or the rehearsal is over.
    """
    row = _one(session, who, activation_id, key)
    if row.thrown_at is not None:
        raise Conflict(f"The inject '{key}' was thrown already.")
    _throw(session, who, row)


def hold(session: Session, who: Who, activation_id: int, key: str, *, is_held: bool) -> None:
    """Keep an inject back from its time on, or let it go: then it comes when due, or at once when late.

    Raises NotAllowed, NotFound, and Conflict when it was thrown already or the rehearsal is over.
    """
    row = _one(session, who, activation_id, key)
    if row.thrown_at is not None:
        raise Conflict(f"The inject '{key}' was thrown already; there is nothing to hold.")
    kept = {name: value for name, value in row.subject.items() if name != "held"}
    row.subject = {**kept, "held": who.name} if is_held else kept
    session.flush()
    verb = "inject_held" if is_held else "inject_let_go"
    timeline.record(session, who, verb, ("activation", activation_id), key=key)
    live.tell(session, "activation", [activation_id])
    queues.after_commit(session, "rehearsal")


def mark(session: Session, who: Who, activation_id: int, key: str, words: str) -> None:
    """Say that a rumour was met where the desk can't see it, and in which words how.

    Raises NotAllowed, NotFound, Refused without words or for what the desk sees by itself, and Conflict
    before it was thrown, once it is met, or when the rehearsal is over.
    """
    why = wording.checked(words, "sentence about how it was met", 500)
    row = _one(session, who, activation_id, key)
    if row.kind != MARKABLE:
        raise Refused(f"The desk sees this one itself: {_SEEN[row.kind]}.")
    if row.thrown_at is None:
        raise Conflict(f"The inject '{key}' was not thrown yet.")
    if row.met_at is not None:
        raise Conflict(f"The inject '{key}' is met already.")
    row.met_at, row.met_by, row.why = clock.now(), who.agent_id, why
    row.subject = {**row.subject, "marked": True}
    session.flush()
    timeline.record(session, who, "inject_marked", ("activation", activation_id), key=key, why=why)
    live.tell(session, "activation", [activation_id])


def _frozen(surprise: Surprise, messages: Sequence[Thrown]) -> dict[str, Any]:
    """Return everything that throwing and judging it will need."""
    kept: dict[str, Any] = {
        "title": surprise.title.root,
        "within_minutes": surprise.met.within_minutes,
        "messages": [
            {"from": [each.name, each.address], "said": [each.lang, each.text], "public": each.is_public}
            for each in messages
        ],
    }
    if surprise.kind == "rumour":
        kept |= {"facts": list(surprise.met.facts), "words": list(surprise.met.words)}
    if surprise.fact is not None and surprise.right is not None:
        kept |= {"fact": surprise.fact, "right": surprise.right.root}
    return kept


def _one(session: Session, who: Who, activation_id: int, key: str) -> Inject:
    """Return one inject of a running rehearsal, locked, for a lead; raise otherwise."""
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead runs a rehearsal; ask one.")
    fits = 0 < activation_id <= scope.LARGEST_ID
    if not fits or session.get(Activation, activation_id) is None:
        raise NotFound(f"There is no activation {str(activation_id)[:20]}.")
    if not _runs(session, activation_id):
        raise Conflict("This rehearsal is over; its report stays as it is.")
    found = _locked(session, activation_id, Inject.key == key, is_patient=True)
    if not found:
        raise NotFound(f"This rehearsal has no inject '{key[:64]}'.")
    return found[0]


def _runs(session: Session, activation_id: int) -> bool:
    """Return whether this is a rehearsal that runs; keeps it from ending meanwhile."""
    asked = select(Activation.id).where(
        Activation.id == activation_id, Activation.ended_at.is_(None), Activation.mode == "rehearsal"
    )
    return session.scalars(asked.with_for_update(read=True)).first() is not None


def _locked(
    session: Session, activation_id: int, which: ColumnElement[bool], *, is_patient: bool
) -> list[Inject]:
    asked = select(Inject).where(Inject.activation_id == activation_id, which).order_by(Inject.due_at)
    locked = asked.with_for_update(skip_locked=not is_patient).execution_options(populate_existing=True)
    return list(session.scalars(locked))


def _throw(session: Session, who: Who | None, row: Inject) -> None:
    """Put on the desk what the inject holds: in the rehearsal's own inbox, and nowhere else."""
    inbox_id = session.scalars(
        select(Inbox.id).where(Inbox.rehearsal_id == row.activation_id, Inbox.closed_at.is_(None))
    ).one()
    inbox = inboxes.by_ids(session, [inbox_id])[inbox_id]
    arrived = [
        rehearsing.arrival(
            f"inject-{row.activation_id}-{row.key}-{number}",
            (each["from"][0], each["from"][1]),
            (each["said"][0], each["said"][1]),
            is_public=each["public"],
        )
        for number, each in enumerate(row.subject["messages"], start=1)
    ]
    receipts = intake.accept(session, inbox, arrived)
    put: dict[str, Any] = {"raw_events": [int(each.id[1:]) for each in receipts]}
    if row.kind == "wrong_fact":
        put["fact_version"] = _newest_version(session, row.activation_id, row.subject["fact"])
    kept = {name: value for name, value in row.subject.items() if name != "held"}
    row.subject, row.thrown_at = {**kept, **put}, clock.now()
    row.thrown_by = who.agent_id if who else None
    session.flush()
    about = ("activation", row.activation_id)
    timeline.record(session, who, "inject_thrown", about, key=row.key, kind=row.kind, messages=len(arrived))
    live.tell(session, "activation", [row.activation_id])


def _newest_version(session: Session, activation_id: int, key: str) -> int | None:
    asked = (
        select(func.max(FactVersion.id))
        .join(Fact, Fact.id == FactVersion.fact_id)
        .where(Fact.activation_id == activation_id, Fact.key == key)
    )
    return session.scalars(asked).one_or_none()
