"""Checks a reply while it is being written: what is wrong, where, and a click that mends it."""

from __future__ import annotations

from flask import Blueprint, Response

from webcare import db, security
from webcare.schemas.conversations import DraftForm
from webcare.services import reply_findings
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("findings", __name__)


@blueprint.post("/conversations/<int:conversation_id>/findings")
@security.needs("draft.write")
def create(conversation_id: int) -> Response:
    """Return the findings for what stands in the composer; nothing is kept."""
    form = posted(DraftForm)
    written = (form.text, form.reply_template, form.stated)
    with db.transaction() as session:
        looked = reply_findings.read(session, security.who(), conversation_id, written, form.denied)
    if answers.wants_json():
        return answers.as_json(looked)
    return shown(looked, form.text)


def shown(looked: reply_findings.Looked, text: str) -> Response:
    """Return the part of the composer that says what was found in `text`."""
    return answers.html(
        "conversations/_findings.html", findings=looked.findings, linked=looked.linked, text=text
    )
