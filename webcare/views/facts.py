"""Shows the fact board and lets people state, verify and retract facts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.queries import facts as fact_rows
from webcare.schemas.crisis import FactForm, RetractForm
from webcare.services import facts
from webcare.services.fact_entry import FactEntry
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("facts", __name__)
_ONE = "/facts/<int:activation_id>/<key>"


@blueprint.get("/facts")
@security.needs("fact.read")
def index() -> Response:
    """Show the board, what needs a hand first."""
    with db.transaction() as session:
        board = fact_rows.board(session, clock.now())
        if answers.wants_json():
            return answers.as_json({"facts": board})
        template = "facts/_board.html" if answers.is_fragment("board") else "facts/index.html"
        return answers.html(template, facts=sorted(board, key=_worst_first), **answers.shell(session))


@blueprint.get(_ONE)
@security.needs("fact.read")
def show(activation_id: int, key: str) -> Response:
    """Show one fact with its versions, and the form for the next one."""
    with db.transaction() as session:
        fact = fact_rows.one(session, activation_id, key, clock.now())
        history = fact_rows.history(session, activation_id, key, clock.now())
        if answers.wants_json():
            return answers.as_json({"fact": fact, "history": history})
        return answers.html("facts/show.html", fact=fact, history=history, **answers.shell(session))


@blueprint.post("/facts")
@security.needs("fact.write")
def state() -> AnyResponse:
    """Enter a new version; the one before is never overwritten."""
    form = posted(FactForm)
    entry = FactEntry(
        activation_id=form.activation_id,
        key=form.key,
        status=form.status,
        said=form.said,
        source=form.source,
        owner=form.owner or "",
        valid_minutes=form.valid_minutes,
        is_public=form.is_public,
    )
    with db.transaction() as session:
        stated = facts.state(session, security.who(), entry)
    return answers.created("/facts", {"fact": stated})


@blueprint.post(_ONE + "/verification")
@security.needs("fact.verify")
def verify(activation_id: int, key: str) -> AnyResponse:
    """Stand behind a fact; a telephone number needs a second person."""
    with db.transaction() as session:
        facts.verify(session, security.who(), activation_id, key)
    return answers.created(_back())


@blueprint.post(_ONE + "/retraction")
@security.needs("fact.write")
def retract(activation_id: int, key: str) -> AnyResponse:
    """Take a fact back; replies that rest on it stop at once."""
    form = posted(RetractForm)
    with db.transaction() as session:
        facts.retract(session, security.who(), activation_id, key, form.why)
    return answers.created(_back())


def _back() -> str:
    return "/facts" if request.form.get("csrf") else request.path.rpartition("/")[0]


_ORDER = ("expired", "retracted", "unverified", "expiring", "valid", "unknown", "missing")


def _worst_first(fact: Any) -> tuple[int, int, str]:
    # What nobody entered yet stands last, what most replies wait for first.
    waiting = len(fact.dependants) if fact.state == "missing" else 0
    return _ORDER.index(fact.state), -waiting, fact.key
