"""Takes what contacts write on the public page; keeps it before anything else, and says so."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db
from webcare.errors import NotFound, Refused
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.schemas.places import ContactForm
from webcare.services import intake
from webcare.services.intake import Arrived
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("forms", __name__)


@blueprint.get("/forms/<slug>")
def show(slug: str) -> Response:
    """Show the empty form."""
    with db.transaction() as session:
        inbox = _inbox(session, slug)
    return answers.html("forms/show.html", inbox=inbox, once=str(uuid4()), reasons=())


@blueprint.post("/forms/<slug>")
def create(slug: str) -> AnyResponse:
    """Keep the message and thank with a receipt; what was written is never shown back."""
    try:
        form = posted(ContactForm)
    except Refused as error:
        if answers.wants_json():
            raise
        with db.transaction() as session:
            inbox = _inbox(session, slug)
        return answers.html(
            "forms/show.html", error.status, inbox=inbox, once=str(uuid4()), reasons=error.reasons
        )
    if form.website:
        raise Refused(
            "A field that must stay empty was filled in. Nothing was sent; clear it and send again."
        )
    with db.transaction() as session:
        receipt = intake.accept(session, _inbox(session, slug), [_arrived(form)])[0]
    if answers.wants_json():
        return answers.as_json({"receipt": receipt.id}, 202)
    return answers.html("forms/thanks.html", 200, receipt=receipt.id)


def _arrived(form: ContactForm) -> Arrived:
    """Return the message as it will be kept; the same form posted twice is one message."""
    once = form.once or str(uuid4())
    body = json.dumps(
        {"id": once, "name": form.name, "address": form.email, "subject": form.subject, "text": form.text}
    ).encode("ascii")
    return Arrived(f"id:{once}", body, hashlib.sha256(body).digest(), once)


def _inbox(session: Any, slug: str) -> InboxRow:
    found = inboxes.by_slug(session, slug)
    if found is None or found.channel != "form":
        raise NotFound("There is no contact form at this address.")
    return found
