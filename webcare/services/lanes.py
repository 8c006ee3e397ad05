"""Routes what the queue must not answer, keeps the evidence, and lets a lead move it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import lanes
from webcare.domain.lanes import RIGHT
from webcare.domain.rights import RIGHTS, Who
from webcare.errors import NotAllowed, Refused
from webcare.models import Agent, Conversation
from webcare.queries import scope
from webcare.services import assignment, press, timeline, wording

# What is in the duty lane stays there until a person says otherwise.
_ROUTE = text("""
    UPDATE conversations c SET lane = asked.lane, lane_by = NULL
    FROM unnest(CAST(:ids AS bigint[]), CAST(:lanes AS text[])) AS asked(id, lane)
    WHERE c.id = asked.id AND c.lane <> asked.lane AND c.lane <> 'duty'
    RETURNING c.id, c.lane
""")
_KEEP = text("""
    INSERT INTO evidence (conversation_id, raw_event_id, body, sha256, headers, received_at, kept_at, why)
    SELECT m.conversation_id, r.id, r.body, sha256(r.body), r.headers, r.received_at, :now, :why
    FROM messages m JOIN raw_events r ON r.id = m.raw_event_id
    WHERE m.id = ANY(:messages)
    ON CONFLICT (raw_event_id) DO NOTHING
    RETURNING conversation_id, raw_event_id
""")


def route(session: Session, found: Mapping[int, tuple[int, tuple[str, ...]]]) -> list[int]:
    """Move conversations to the lane that their newest messages ask for; return those that moved.

    `found` maps a message's id to its conversation and intents. What is in the duty lane stays there
    until a person says otherwise; evidence is kept of every message that put it there.
    """
    wanted = {number: lanes.lane_of(intents) for number, (_, intents) in found.items()}
    special = {number: lane for number, lane in wanted.items() if lane != "queue"}
    if not special:
        return []
    by_conversation: dict[int, str] = {}
    for number, lane in special.items():
        place = found[number][0]
        by_conversation[place] = "duty" if "duty" in (lane, by_conversation.get(place)) else lane
    session.execute(
        _KEEP,
        {
            "messages": [number for number, lane in special.items() if lane == "duty"],
            "now": clock.now(),
            "why": "routed to the duty officer",
        },
    )
    moved = session.execute(
        _ROUTE, {"ids": list(by_conversation), "lanes": list(by_conversation.values())}
    ).all()
    timeline.record_many(
        session, "routed", [(None, ("conversation", row.id), {"lane": row.lane}) for row in moved]
    )
    _free(session, [row.id for row in moved])
    press.tell(session, [row.id for row in moved if row.lane == "press"])
    return [row.id for row in moved]


def _free(session: Session, conversation_ids: Sequence[int]) -> None:
    """End the claims of those who may not answer in the lane that their conversation went to."""
    able = {
        lane: [role for role, rights in RIGHTS.items() if right in rights] for lane, right in RIGHT.items()
    }
    asked = (
        select(Conversation.id)
        .join(Agent, Agent.id == Conversation.assignee_id)
        .where(
            Conversation.id.in_(conversation_ids),
            or_(*(and_(Conversation.lane == lane, Agent.role.not_in(roles)) for lane, roles in able.items())),
        )
    )
    assignment.free(session, list(session.scalars(asked)), "routed")


def refuse_answer(who: Who, row: Conversation) -> None:
    """Raise Refused when `who` may not answer in this conversation's lane."""
    why = lanes.refusal(row.lane, row.intents, RIGHTS.get(who.role, frozenset()))
    if why is not None:
        raise Refused(why, (why,))


def release(session: Session, who: Who, conversation_id: int, reason: str) -> None:
    """Put a conversation back into the queue, because somebody looked and it is an ordinary one.

    Raises NotAllowed without the right, NotFound, and Refused without a reason. Evidence stays.
    """
    if not who.may("lane.duty"):
        raise NotAllowed("Only a lead moves a conversation back into the queue; call one.")
    why = wording.checked(reason, "reason", 500)
    moving = (
        update(Conversation)
        .where(*scope.one(who, conversation_id), Conversation.lane != "queue")
        .values(lane="queue", lane_by=who.agent_id)
        .returning(Conversation.id)
    )
    if session.execute(moving).first() is None:
        raise scope.missing(conversation_id)
    timeline.record(session, who, "lane_released", ("conversation", conversation_id), reason=why)
    live.tell(session, "conversation", [conversation_id])
