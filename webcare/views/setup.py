"""Makes the first admin, once, for the holder of the link that the command line printed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.errors import NotFound
from webcare.queries import agents as agent_rows
from webcare.schemas.people import SetupForm
from webcare.services import agents, invitations, sign_ins
from webcare.services.agents import NewAgent
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("setup", __name__)

_OVER = "This setup link is too old or mistyped. Run `webcare link setup` for a new one."


@blueprint.get("/setup/<token>")
def show(token: str) -> Response:
    """Show the form for the first admin; 404 as soon as there is any agent."""
    with db.transaction() as session:
        _refuse_when_done(session)
        if invitations.look(session, token, "setup") is None:
            raise NotFound(_OVER)
    return answers.html("setup/show.html", token=token)


@blueprint.post("/setup/<token>")
def create(token: str) -> AnyResponse:
    """Make the first admin and sign them in."""
    form = posted(SetupForm)
    with db.transaction() as session:
        _refuse_when_done(session)
        if invitations.use(session, token, "setup") is None:
            raise NotFound(_OVER)
        new = NewAgent(form.email, form.name, form.initials, "admin")
        made = agents.create_first(session, new, form.password)
        fresh = sign_ins.begin(session, made.id)
    return security.remember(answers.created("/conversations"), fresh)


def _refuse_when_done(session: Any) -> None:
    if agent_rows.is_any(session):
        raise NotFound("Webcare is set up already. Sign in instead.")
