"""Keeps the promise of a next update: the moment, the fact that says it, the reminders, and the count."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import alerts as words_for
from webcare.domain import broadcasts as broadcast_words
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation, Promise
from webcare.queries import activations, rules
from webcare.queries import alerts as raised
from webcare.queries.activations import ActivationRow
from webcare.services import alerts, facts, timeline

SOON = timedelta(minutes=15)
LATE_EVERY = timedelta(minutes=5)
# What is neither kept, missed nor moved is open: at most one per activation.
_OPEN = (Promise.kept_at.is_(None), Promise.missed_at.is_(None), Promise.moved_at.is_(None))


def set_next_update(session: Session, who: Who, activation_id: int, at: datetime) -> ActivationRow:
    """Promise the next update for an aware moment, and state it as a fact that replies use.

    Raises NotAllowed, NotFound, Refused for a moment that has passed, Conflict when the activation is over.
    """
    if not who.may("playbook.activate"):
        raise NotAllowed("Only a team lead promises the next update; ask one.")
    refuse_past(at)
    before = activations.one(session, activation_id)
    row = _promised(session, activation_id, at)
    _settle(session, activation_id, at)
    state_fact(session, who, row, before.playbook)
    old = before.row.next_update_at
    data = {"before": old.isoformat() if old else None, "after": at.isoformat()}
    timeline.record(session, who, "update_promised", ("activation", activation_id), **data)
    live.tell(session, "activation", [activation_id])
    return activations.one(session, activation_id).row


def keep(session: Session, who: Who, activation_id: int, at: datetime, broadcast_id: int) -> None:
    """Let an update that is published now keep the open promise, and promise the next one for `at`.

    Before it was due it is kept, afterwards it was missed and is kept late. The next one is promised in
    the name of `who`. Raises Refused for a moment that has passed, Conflict when the activation is over.
    """
    refuse_past(at)
    playbook = activations.one(session, activation_id).playbook
    row = _promised(session, activation_id, at)
    now = clock.now()
    missed = case((Promise.due_at < now, func.coalesce(Promise.missed_at, Promise.due_at)))
    keeping = (
        update(Promise)
        .where(Promise.activation_id == activation_id, *_OPEN)
        .values(kept_at=now, missed_at=missed, broadcast_id=broadcast_id)
        .returning(Promise.due_at)
    )
    was_due = session.scalars(keeping).one_or_none()
    data = {
        "broadcast": broadcast_id,
        "after": at.isoformat(),
        "is_late": was_due is not None and was_due < now,
    }
    timeline.record(session, who, "update_published", ("activation", activation_id), **data)
    state_fact(session, who, row, playbook)
    live.tell(session, "activation", [activation_id])


def state_fact(session: Session, who: Who, row: Activation, playbook: Playbook) -> None:
    """Write the promised moment down: as a promise, and as the fact next_update_at if the playbook has it.

    Leaves no event.
    """
    if row.next_update_at is None:
        return
    now = clock.now()
    _count(session, who, row, now)
    spec = playbook.fact(facts.NEXT_UPDATE)
    if spec is None:
        return
    shown = broadcast_words.in_words(row.next_update_at, now, rules.zone_of(playbook))
    fields = {
        "status": "confirmed",
        "said": dict.fromkeys(("en", "nl"), shown),
        "source": f"promised by {who.name}",
        "owner": spec.owner,
        "is_public": spec.public,
        "entered_by": who.agent_id,
        "entered_at": now,
        "verified_by": who.agent_id,
        "verified_at": now,
        "valid_until": row.next_update_at,
    }
    facts.write(session, (row.id, spec), fields)


def alert_updates(session: Session) -> int:
    """Remind of promised updates 15 min before, at the moment, and every 5 min when late; return how many."""
    now = clock.now()
    asked = (
        select(Activation.id, Activation.mode, Activation.next_update_at)
        .where(Activation.ended_at.is_(None), Activation.next_update_at <= now + SOON)
        .order_by(Activation.id)
    )
    return sum(
        _reminded(session, (row.id, row.mode), row.next_update_at, now) for row in session.execute(asked)
    )


def refuse_past(at: datetime) -> None:
    """Raise Refused when a promised moment has no zone or has passed."""
    if at.tzinfo is None or at <= clock.now():
        raise Refused("Promise a moment in the future, with its zone; 'no change' is an update too.")


def _reminded(session: Session, activation: tuple[int, str], promised: datetime, now: datetime) -> bool:
    activation_id, mode = activation
    late = now - promised
    stage = "soon" if late < timedelta(0) else f"late-{late // LATE_EVERY}"
    kind = "next_update.overdue" if late >= LATE_EVERY else "next_update.due"
    key = f"next_update:{activation_id}:{promised.isoformat()}:{stage}"
    if raised.was_raised(session, key):
        return False
    text = words_for.update_due(promised, now)
    text = f"Rehearsal: {text}" if mode == "rehearsal" else text
    alerts.raise_(session, alerts.Alert(kind, "crisis", text, key, activation_id))
    return True


def _promised(session: Session, activation_id: int, at: datetime) -> Activation:
    """Return the activation with its next moment set; its row lock makes two promises wait in line."""
    promising = (
        update(Activation)
        .where(Activation.id == activation_id, Activation.ended_at.is_(None))
        .values(next_update_at=at)
        .returning(Activation)
        .execution_options(populate_existing=True)
    )
    row = session.scalars(promising).one_or_none()
    if row is None:
        raise Conflict("This activation was stood down; there is nothing to promise any more.")
    return row


def _settle(session: Session, activation_id: int, at: datetime) -> None:
    """Close the open promise that a new word replaces: moved while it lay ahead, missed once it was due."""
    now = clock.now()
    session.execute(
        update(Promise)
        .where(Promise.activation_id == activation_id, Promise.due_at != at, *_OPEN)
        .values(
            moved_at=case((Promise.due_at > now, now)),
            missed_at=case((Promise.due_at <= now, Promise.due_at)),
        )
    )


def _count(session: Session, who: Who, row: Activation, now: datetime) -> None:
    """Add a promise, unless the open one names the same moment already."""
    same = select(Promise.id).where(
        Promise.activation_id == row.id, Promise.due_at == row.next_update_at, *_OPEN
    )
    if row.next_update_at is not None and session.scalar(same) is None:
        made = {"due_at": row.next_update_at, "made_at": now, "made_by": who.agent_id}
        session.add(Promise(activation_id=row.id, **made))
        session.flush()
