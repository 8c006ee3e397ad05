"""Tells open desks what changed, as server-sent events that carry nouns and ids and nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response

from webcare import security
from webcare.events_stream import Listener

blueprint = Blueprint("events", __name__)


@blueprint.get("/events")
@security.needs("inbox.read")
def stream() -> Response:
    """Stream changes; 503 with Retry-After when this process holds as many desks as it may."""
    listener: Listener = current_app.extensions["listener"]
    opened = listener.subscribe()
    if opened is None:
        answer = make_response("This process has no room for another live desk; poll instead.\n", 503)
        answer.headers["Retry-After"] = "30"
        return answer
    answer = Response(listener.lines(opened), content_type="text/event-stream; charset=utf-8")
    answer.headers["X-Accel-Buffering"] = "no"
    # A browser that went before the first line was read must not keep its place.
    answer.call_on_close(lambda: listener.leave(opened))
    return answer
