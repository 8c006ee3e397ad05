"""Shows the account of every inbox: received, kept, read, visible, and what differs."""

from __future__ import annotations

from flask import Blueprint, Response

from webcare import db, security
from webcare.queries import ledger
from webcare.views import answers

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger")
@security.needs("ledger.read")
def index() -> Response:
    """Show the ledger."""
    with db.transaction() as session:
        rows = ledger.rows(session)
        if answers.wants_json():
            return answers.as_json({"inboxes": rows})
        return answers.html("ledger/index.html", rows=rows, **answers.shell(session))
