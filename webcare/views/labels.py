"""Puts labels on conversations and takes them off."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from webcare import db, security
from webcare.schemas.conversations import LabelForm
from webcare.services import labels
from webcare.views import answers
from webcare.views.opened import place
from webcare.views.posted import posted

blueprint = Blueprint("labels", __name__)


@blueprint.post("/conversations/<int:conversation_id>/labels")
@security.needs("conversation.claim")
def add(conversation_id: int) -> Response:
    """Put one on; what covers the conversation then decides what it was promised."""
    form = posted(LabelForm)
    with db.transaction() as session:
        held = labels.add(session, security.who(), conversation_id, form.label)
    return answers.created(place(conversation_id), {"labels": held})


@blueprint.post("/conversations/<int:conversation_id>/labels/removal")
@security.needs("reply.free_text")
def remove(conversation_id: int) -> Response:
    """Take one off."""
    form = posted(LabelForm)
    with db.transaction() as session:
        held = labels.remove(session, security.who(), conversation_id, form.label)
    return answers.created(place(conversation_id), {"labels": held}, 200)
