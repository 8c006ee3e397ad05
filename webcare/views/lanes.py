"""Settles what the queue can't: a lane that was wrong, personal data that were hidden on the channel."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from webcare import db, security
from webcare.schemas.conversations import LaneForm
from webcare.services import hiding, lanes
from webcare.views import answers
from webcare.views.opened import place
from webcare.views.posted import posted

blueprint = Blueprint("lanes", __name__)


@blueprint.post("/conversations/<int:conversation_id>/lane/release")
@security.needs("lane.duty")
def release(conversation_id: int) -> Response:
    """Put the conversation back among the others, with a reason on the timeline."""
    form = posted(LaneForm)
    with db.transaction() as session:
        lanes.release(session, security.who(), conversation_id, form.reason)
    return answers.created(place(conversation_id), status=200)


@blueprint.post("/messages/<int:message_id>/hiding")
@security.needs("note.write")
def hide(message_id: int) -> Response:
    """Write down that a public message with personal data was hidden."""
    with db.transaction() as session:
        conversation_id = hiding.hide(session, security.who(), message_id)
    return answers.created(place(conversation_id), status=200)
