"""Lets agents claim, keep and release conversations; who was first is settled by the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from webcare import clock, live, settings
from webcare.domain.ago import ago
from webcare.domain.lanes import RIGHT, may_not_claim
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Agent, Assignment, Conversation
from webcare.queries import scope
from webcare.services import timeline

_FREE = {"assignee_id": None, "claimed_at": None, "claim_expires_at": None}


def claim(session: Session, who: Who, conversation_id: int) -> None:
    """Make `who` the owner of a conversation, or extend the claim that they hold.

    Raises NotAllowed without the right, NotFound when `who` may not know of it, and Conflict with the
    name of who was first.
    """
    _may_claim(who)
    if extend(session, who, conversation_id):
        return
    _refuse_lane(session, who, conversation_id)
    now = clock.now()
    is_free = or_(Conversation.assignee_id.is_(None), Conversation.claim_expires_at < now)
    if not _taken(session, who, and_(*scope.one(who, conversation_id), is_free)):
        raise _was_first(session, who, conversation_id)
    _end(session, [conversation_id], "expired", now)
    _begin(session, who, conversation_id, "claimed")


def keep(session: Session, who: Who, conversation_id: int) -> None:
    """Take a sign of life: the claim of `who` runs on from now.

    Raises NotAllowed, NotFound, and Conflict when `who` doesn't hold the claim any more.
    """
    _may_claim(who)
    if not extend(session, who, conversation_id):
        raise _not_yours(session, who, conversation_id)


def release(session: Session, who: Who, conversation_id: int) -> None:
    """Give a conversation back to everybody; a draft stays.

    Raises NotAllowed, NotFound, and Conflict when `who` doesn't hold the claim.
    """
    _may_claim(who)
    done = session.execute(
        update(Conversation)
        .where(*scope.one(who, conversation_id), Conversation.assignee_id == who.agent_id)
        .values(**_FREE)
        .returning(Conversation.id)
    ).first()
    if done is None:
        raise _not_yours(session, who, conversation_id)
    _end(session, [conversation_id], "released", clock.now())
    timeline.record(session, who, "released", ("conversation", conversation_id))
    live.tell(session, "conversation", [conversation_id])


def take_over(session: Session, who: Who, conversation_id: int) -> None:
    """Make `who` the owner even when a colleague holds the claim; for team leads.

    Raises NotAllowed without the right claim.take_over, and NotFound.
    """
    if not who.may("claim.take_over"):
        raise NotAllowed("Only a team lead can take over a conversation that somebody else claimed.")
    if extend(session, who, conversation_id):
        return
    if not _taken(session, who, and_(*scope.one(who, conversation_id))):
        raise scope.missing(conversation_id)
    _end(session, [conversation_id], "taken over", clock.now())
    _begin(session, who, conversation_id, "taken_over")


def expire(session: Session, limit: int = 500) -> int:
    """End up to `limit` claims whose owners showed no sign of life, and return how many."""
    now = clock.now()
    chosen = (
        select(Conversation.id, Conversation.assignee_id)
        .where(Conversation.claim_expires_at < now)
        .order_by(Conversation.claim_expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    owners = {row.id: row.assignee_id for row in session.execute(chosen)}
    free(session, list(owners), "expired")
    timeline.record_many(
        session,
        "claim_expired",
        [(None, ("conversation", number), {"agent_id": owner}) for number, owner in owners.items()],
    )
    return len(owners)


def extend(session: Session, who: Who, conversation_id: int) -> bool:
    """Return whether `who` holds the claim; if so it runs on from now."""
    return (
        session.execute(
            update(Conversation)
            .where(*scope.one(who, conversation_id), Conversation.assignee_id == who.agent_id)
            .values(claim_expires_at=_until(clock.now()))
            .returning(Conversation.id)
        ).first()
        is not None
    )


def free(session: Session, conversation_ids: Sequence[int], why: str) -> None:
    """End the claims on these conversations, whoever holds them; the caller leaves the event."""
    if not conversation_ids:
        return
    session.execute(update(Conversation).where(Conversation.id.in_(conversation_ids)).values(**_FREE))
    _end(session, conversation_ids, why, clock.now())
    live.tell(session, "conversation", conversation_ids)


def refuse_held(session: Session, who: Who, row: Conversation) -> None:
    """Raise Conflict that names the owner when somebody else than `who` holds a claim that still runs."""
    if row.assignee_id in (None, who.agent_id):
        return
    if row.claim_expires_at is None or row.claim_expires_at < clock.now():
        return
    raise _was_first(session, who, row.id)


def _may_claim(who: Who) -> None:
    if not who.may("conversation.claim"):
        raise NotAllowed("Your role can read conversations but not claim them.")


def _refuse_lane(session: Session, who: Who, conversation_id: int) -> None:
    """Raise NotAllowed when the conversation is in a lane that `who` doesn't answer in."""
    lane = session.scalar(select(Conversation.lane).where(*scope.one(who, conversation_id)))
    right = RIGHT.get(lane) if lane is not None else None
    if right is not None and not who.may(right):
        raise NotAllowed(may_not_claim(str(lane)))


def _until(now: datetime) -> datetime:
    return now + timedelta(minutes=settings.get().webcare_claim_minutes)


def _taken(session: Session, who: Who, condition: ColumnElement[bool]) -> bool:
    """Return whether the one conditional UPDATE that decides all races made `who` the owner."""
    now = clock.now()
    taken = update(Conversation).where(condition).returning(Conversation.id)
    values = {"assignee_id": who.agent_id, "claimed_at": now, "claim_expires_at": _until(now)}
    return session.execute(taken.values(**values)).first() is not None


def _begin(session: Session, who: Who, conversation_id: int, verb: str) -> None:
    session.add(Assignment(conversation_id=conversation_id, agent_id=who.agent_id, claimed_at=clock.now()))
    timeline.record(session, who, verb, ("conversation", conversation_id))
    live.tell(session, "conversation", [conversation_id])


def _end(session: Session, conversation_ids: Sequence[int], why: str, now: datetime) -> None:
    session.execute(
        update(Assignment)
        .where(Assignment.conversation_id.in_(conversation_ids), Assignment.ended_at.is_(None))
        .values(ended_at=now, ended_why=why)
    )


def _was_first(session: Session, who: Who, conversation_id: int) -> Exception:
    """Return NotFound, or the sentence that names the owner."""
    asked = (
        select(Agent.name, Conversation.claimed_at)
        .select_from(Conversation)
        .join(Agent, Agent.id == Conversation.assignee_id, isouter=True)
        .where(*scope.one(who, conversation_id))
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return scope.missing(conversation_id)
    if found.name is None:
        return Conflict("Somebody claimed this and gave it back just now; try again.")
    return Conflict(f"{found.name} claimed this {ago(found.claimed_at, clock.now())}.")


def _not_yours(session: Session, who: Who, conversation_id: int) -> Exception:
    """Return NotFound, or the sentence that says who holds the claim now."""
    first = _was_first(session, who, conversation_id)
    if isinstance(first, Conflict) and "gave it back" in str(first):
        return Conflict("Your claim has ended and nobody holds this conversation; claim it again.")
    return first
