"""The switch that pauses everything that leaves."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.services import sending
from webcare.views import answers

blueprint = Blueprint("sending", __name__)


@blueprint.post("/sending/pause")
@security.needs("outbound.pause")
def pause() -> AnyResponse:
    """Let no reply leave until somebody resumes."""
    with db.transaction() as session:
        sending.pause(session, security.who())
    return answers.created("/activations")


@blueprint.post("/sending/resumption")
@security.needs("outbound.pause")
def resume() -> AnyResponse:
    """Let the replies that wait leave."""
    with db.transaction() as session:
        sending.resume(session, security.who())
    return answers.created("/activations")
