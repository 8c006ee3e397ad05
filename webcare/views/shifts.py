"""Shows people their own shift with its buttons, and lets leads send somebody home."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.domain.shifts import BREAK
from webcare.queries import shifts as rows
from webcare.queries import volunteers as volunteer_rows
from webcare.services import shifts
from webcare.views import answers

blueprint = Blueprint("shifts", __name__)
_MINE = "/shifts/mine"


@blueprint.get(_MINE)
@security.needs("draft.write")
def mine() -> Response:
    """Show one's own shift: since when, until when, break, buddy, trust."""
    who = security.who()
    with db.transaction() as session:
        shift = rows.of_agent(session, who.agent_id)
        volunteer = volunteer_rows.one(session, who.agent_id)
        if answers.wants_json():
            return answers.as_json({"shift": shift, "volunteer": volunteer})
        template = "shifts/_mine.html" if answers.is_fragment("board") else "shifts/mine.html"
        values = answers.shell(session)
        return answers.html(template, shift=shift, volunteer=volunteer, at=clock.now(), rest=BREAK, **values)


@blueprint.post(_MINE + "/beginning")
@security.needs("draft.write")
def begin() -> AnyResponse:
    """Begin one's own shift."""
    with db.transaction() as session:
        shifts.begin(session, security.who().agent_id)
    return answers.created(_MINE)


@blueprint.post(_MINE + "/break")
@security.needs("draft.write")
def rest() -> AnyResponse:
    """Take a break."""
    with db.transaction() as session:
        shifts.rest(session, security.who())
    return answers.created(_MINE)


@blueprint.post(_MINE + "/return")
@security.needs("draft.write")
def come_back() -> AnyResponse:
    """Come back from a break."""
    with db.transaction() as session:
        shifts.come_back(session, security.who())
    return answers.created(_MINE, status=200)


@blueprint.post(_MINE + "/end")
@security.needs("draft.write")
def go_home() -> AnyResponse:
    """Go home: claims are given back and the sign-in ends."""
    with db.transaction() as session:
        shifts.go_home(session, security.who())
    return security.forget(answers.created("/sign-in", status=200))


@blueprint.post("/shifts/<int:agent_id>/end")
@security.needs("shift.manage")
def send_home(agent_id: int) -> AnyResponse:
    """End somebody else's shift."""
    with db.transaction() as session:
        shifts.send_home(session, security.who(), agent_id)
    return answers.created("/volunteers", status=200)
