"""Resolves, reopens, annotates and re-levels conversations, one at a time or (waiting) all at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain import urgency
from webcare.domain.rights import RIGHTS, Who
from webcare.domain.urgency import Urgency
from webcare.errors import Conflict, NotAllowed
from webcare.models import Agent, Conversation, Message
from webcare.queries import covered, rules, scope
from webcare.services import arrivals, assignment, standings, timeline, wording

_LONGEST_NOTE = 10_000

# How often a target must have been missed before a conversation goes up a level.
_MISSED = 2
_PROMOTE = text("""
    WITH late AS (
        SELECT c.id FROM conversations c
        JOIN jsonb_to_recordset(CAST(:promised AS jsonb))
             AS promised(inbox_id bigint, language text, labels text[], level int, minutes int)
          ON promised.inbox_id = c.inbox_id AND promised.language = c.language
             AND promised.labels = c.labels AND promised.level = c.urgency
        WHERE c.state = 'open' AND c.urgency > 1 AND c.due_at < :now
          AND GREATEST(c.level_since, c.waiting_since)
              < :now - make_interval(mins => :missed * promised.minutes)
          AND NOT c.reasons @> '[{"code": "human"}]'
        ORDER BY c.urgency, c.due_at, c.id LIMIT :limit FOR UPDATE OF c SKIP LOCKED
    )
    UPDATE conversations c
    SET urgency = c.urgency - 1, level_since = :now,
        reasons = jsonb_build_array(jsonb_build_object('code', 'waited', 'span', NULL, 'words',
            'waited more than twice as long as promised for U' || c.urgency
            || '; raised to U' || (c.urgency - 1))) || c.reasons
    FROM late WHERE c.id = late.id
    RETURNING c.id, c.urgency
""")


def resolve(session: Session, who: Who, conversation_id: int, seen_version: int) -> None:
    """Close a conversation in which nobody has to move any more, and end its claim.

    Raises NotAllowed, NotFound, and Conflict when something arrived that `who` hasn't seen or a
    colleague holds the claim.
    """
    _may_answer(who, "close")
    row = locked(session, who, conversation_id)
    arrivals.refuse_unseen(session, row, seen_version)
    assignment.refuse_held(session, who, row)
    if row.state == "resolved":
        raise Conflict("This conversation is resolved already.")
    row.state, row.state_at, row.waiting_since, row.due_at = "resolved", clock.now(), None, None
    assignment.free(session, [row.id], "resolved")
    timeline.record(session, who, "resolved", ("conversation", row.id), version=row.version)
    live.tell(session, "conversation", [row.id])


def reopen(session: Session, who: Who, conversation_id: int) -> None:
    """Put a conversation back among those that wait for us, from now.

    Raises NotAllowed, NotFound, and Conflict when it is open already.
    """
    _may_answer(who, "reopen")
    row = locked(session, who, conversation_id)
    if row.state == "open":
        raise Conflict("This conversation is open already.")
    now = clock.now()
    row.state, row.state_at, row.waiting_since, row.level_since = "open", now, now, now
    row.due_at = _due(session, row, Urgency(row.urgency), now)
    timeline.record(session, who, "reopened", ("conversation", row.id))
    live.tell(session, "conversation", [row.id])


def note(session: Session, who: Who, conversation_id: int, words: str) -> int:
    """Write a note that only the team sees, and return its message id.

    Raises NotAllowed, NotFound, and Refused when it is empty or too long.
    """
    if not who.may("note.write"):
        raise NotAllowed("Your role can read notes but not write them.")
    row = locked(session, who, conversation_id)
    written = Message(
        conversation_id=row.id,
        inbox_id=row.inbox_id,
        direction="note",
        text=wording.checked(words, "note", _LONGEST_NOTE),
        at=clock.now(),
        agent_id=who.agent_id,
    )
    session.add(written)
    session.flush()
    timeline.record(session, who, "noted", ("conversation", row.id), message_id=written.id)
    live.tell(session, "conversation", [row.id])
    return written.id


def promote_waiting(session: Session, limit: int = 500) -> int:
    """Raise up to `limit` conversations that waited twice their target, by one level; return how many.

    The new level counts from now, so each level is passed once, and U1 is the highest. What a
    person set stays.
    """
    rows = session.execute(_PROMOTE, {**_promises(session), "limit": limit, "missed": _MISSED}).all()
    levels = {row.id: int(row.urgency) for row in rows}
    free_unseen(session, list(levels))
    timeline.record_many(
        session,
        "promoted",
        [
            (None, ("conversation", number), {"before": level + 1, "after": level, "code": standings.WAITED})
            for number, level in levels.items()
        ],
    )
    if levels:
        live.tell(session, "conversation", levels)
    return len(levels)


def locked(session: Session, who: Who, conversation_id: int) -> Conversation:
    """Return the conversation, locked until this transaction ends; raise NotFound when it isn't theirs."""
    asked = select(Conversation).where(*scope.one(who, conversation_id)).with_for_update(key_share=True)
    found = session.scalars(asked.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise scope.missing(conversation_id)
    return found


def _may_answer(who: Who, what: str) -> None:
    if not who.may("reply.free_text"):
        raise NotAllowed(f"Only agents who send replies can {what} a conversation; ask one of them.")


def _due(session: Session, row: Conversation, level: Urgency, since: datetime) -> datetime:
    return urgency.due_at(level, since, rules.in_force(session, row).due_minutes)


def _promises(session: Session) -> dict[str, Any]:
    """Return the promised minutes of every place in the backlog and every level, as JSON."""
    promised = [
        {**place, "level": int(level), "minutes": minutes}
        for each in covered.places(session)
        for place in [{"inbox_id": each.inbox_id, "language": each.language, "labels": each.labels}]
        for level, minutes in rules.in_force(session, each).due_minutes.items()
    ]
    return {"promised": json.dumps(promised), "now": clock.now()}


def free_unseen(session: Session, conversation_ids: Sequence[int]) -> None:
    """End claims of those who may not see the conversation at its new level; someone else must get it."""
    blind = [role for role, rights in RIGHTS.items() if "urgency.see_all" not in rights]
    lowest = Who(0, "", "", blind[0]).lowest_urgency_seen if blind else 0
    asked = (
        select(Conversation.id)
        .join(Agent, Agent.id == Conversation.assignee_id)
        .where(Conversation.id.in_(conversation_ids), Agent.role.in_(blind), Conversation.urgency < lowest)
    )
    assignment.free(session, list(session.scalars(asked)), "urgency raised")
