"""Lets admins open inboxes, see a secret once, and rotate it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.queries import inboxes as inbox_rows
from webcare.queries import teams
from webcare.schemas.places import InboxForm
from webcare.services import inboxes
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("inboxes", __name__)


@blueprint.get("/inboxes")
@security.needs("inbox.manage")
def index() -> Response:
    """List the inboxes, with the form for one more."""
    with db.transaction() as session:
        if answers.wants_json():
            return answers.as_json({"inboxes": inbox_rows.listed(session)})
        return _page(session)


@blueprint.post("/inboxes")
@security.needs("inbox.manage")
def create() -> AnyResponse:
    """Open an inbox and show its secret, once."""
    form = posted(InboxForm)
    options = {"outbound_url": form.reply_url} if form.reply_url else {}
    if form.channel == "form":
        options = {"reply_channel": "email"}
    new = inboxes.NewInbox(form.slug, form.name, form.channel, form.address, form.team_id, options=options)
    with db.transaction() as session:
        made = inboxes.create(session, security.who(), new)
        return _once(session, made.slug, made.secrets[0] if form.channel == "webhook" else "")


@blueprint.post("/inboxes/<int:inbox_id>/secrets")
@security.needs("inbox.manage")
def rotate(inbox_id: int) -> AnyResponse:
    """Make a fresh secret; the one before keeps working until the next rotation."""
    with db.transaction() as session:
        fresh = inboxes.rotate(session, security.who(), inbox_id)
        slug = inbox_rows.by_ids(session, [inbox_id])[inbox_id].slug
        return _once(session, slug, fresh)


@blueprint.post("/inboxes/<int:inbox_id>/closing")
@security.needs("inbox.manage")
def close(inbox_id: int) -> AnyResponse:
    """Take no more messages; what it holds stays."""
    with db.transaction() as session:
        inboxes.close(session, security.who(), inbox_id)
    return answers.created("/inboxes")


def _once(session: Any, slug: str, secret: str) -> Response:
    if answers.wants_json():
        return answers.as_json({"slug": slug, "secret": secret}, 201)
    return _page(session, slug, secret, 201)


def _page(session: Any, slug: str = "", secret: str = "", status: int = 200) -> Response:
    return answers.html(
        "inboxes/index.html",
        status,
        inboxes=inbox_rows.listed(session),
        teams=teams.listed(session),
        slug=slug,
        secret=secret,
        base=security.settings().base_url,
        **answers.shell(session),
    )
