"""Lets agents claim a conversation, give it back, or take it over."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.queries.inbox import View
from webcare.services import assignment, handing, shifts
from webcare.views import answers
from webcare.views.opened import place, query_of

blueprint = Blueprint("assignments", __name__)


@blueprint.post("/conversations/<int:conversation_id>/assignment")
@security.needs("conversation.claim")
def claim(conversation_id: int) -> AnyResponse:
    """Claim it, or show a sign of life when it is ours already."""
    with db.transaction() as session:
        if not assignment.extend(session, security.who(), conversation_id):
            shifts.refuse_over(session, security.who())
        assignment.claim(session, security.who(), conversation_id)
    return answers.created(place(conversation_id))


@blueprint.post("/conversations/next")
@security.needs("conversation.claim")
def next_one() -> AnyResponse:
    """Claim the most urgent conversation that is free and lead there; to the list when none waits."""
    with db.transaction() as session:
        shifts.refuse_over(session, security.who())
        found = handing.next_one(session, security.who())
    where = place(found) if found is not None else f"/conversations?{query_of(View(tab='unassigned'))}"
    return answers.created(where, {"conversation": found}, 201 if found is not None else 200)


@blueprint.post("/conversations/<int:conversation_id>/assignment/release")
@security.needs("conversation.claim")
def release(conversation_id: int) -> AnyResponse:
    """Give it back to everybody."""
    with db.transaction() as session:
        assignment.release(session, security.who(), conversation_id)
    return answers.created(place(conversation_id))


@blueprint.post("/conversations/<int:conversation_id>/assignment/take-over")
@security.needs("claim.take_over")
def take_over(conversation_id: int) -> AnyResponse:
    """Take it from a colleague."""
    with db.transaction() as session:
        assignment.take_over(session, security.who(), conversation_id)
    return answers.created(place(conversation_id))
