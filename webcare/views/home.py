"""Serves what belongs to no noun: the way in, the keys, and the questions of machines."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare import metrics as figures
from webcare.errors import NotAllowed
from webcare.queries import agents
from webcare.views import answers

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@security.needs("inbox.read")
def index() -> AnyResponse:
    """Lead to the list of conversations."""
    return redirect("/conversations", 303)


@blueprint.get("/me")
@security.needs("inbox.read")
def me() -> Response:
    """Tell a program who it is, and the token that its changes must carry."""
    return answers.as_json({"agent": security.who(), "csrf": security.csrf()})


@blueprint.get("/banners")
@security.needs("inbox.read")
def banners() -> Response:
    """Show the banners alone, for pages that were told of a change."""
    with db.transaction() as session:
        return answers.html("layout/_banners.html", **answers.shell(session))


@blueprint.get("/help/keys")
@security.needs("inbox.read")
def keys() -> Response:
    """List every key."""
    with db.transaction() as session:
        return answers.html("help/keys.html", **answers.shell(session))


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that this process answers."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether the database answers; Away becomes 503 otherwise."""
    with db.transaction() as session:
        agents.is_any(session)
    return make_response("ready\n", 200, {"Content-Type": "text/plain"})


@blueprint.get("/metrics")
def metrics() -> Response:
    """Serve figures for Prometheus, to the holder of the token or to an admin."""
    token = security.settings().webcare_metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not (token and hmac.compare_digest(given.encode(), token.get_secret_value().encode())):
        agent = security.somebody()
        if agent is None or not agent.may("metrics.read"):
            raise NotAllowed("The figures are for admins and for the holder of WEBCARE_METRICS_TOKEN.")
    body, kind = figures.exposition()
    return make_response(body, 200, {"Content-Type": kind})
