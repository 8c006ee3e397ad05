"""Lets volunteers join by a link, and leads make links, see who helps and choose buddies."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.errors import Conflict, NotFound, Refused
from webcare.queries import activations, shifts
from webcare.queries import volunteers as rows
from webcare.schemas.form import Misshapen
from webcare.schemas.volunteers import BuddyForm, JoinForm, LinksForm
from webcare.services import sign_ins, volunteers
from webcare.services.volunteers import Joining
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("volunteers", __name__)

_OVER = "This link was used already, or it is too old. Ask the team lead for a new one."
# What the playbook speaks comes first; these are offered besides, because contacts write in them.
_ALSO = ("nl", "en", "de", "fr", "es", "it", "pl", "tr", "ar", "pt")


@blueprint.get("/join/<token>")
def show(token: str) -> Response:
    """Show code, card and form; whoever previews a link must not burn it."""
    return _form(token)


@blueprint.post("/join/<token>")
def join(token: str) -> AnyResponse:
    """Use the link up, make the volunteer and sign them in."""
    try:
        form = posted(JoinForm)
        given = Joining(
            form.name,
            form.initials,
            form.email,
            form.password,
            tuple(dict.fromkeys(form.languages)),
            form.code,
            form.has_read_card,
        )
        with db.transaction() as session:
            agent_id = volunteers.join(session, token, given)
            fresh = sign_ins.begin(session, agent_id)
    except (Refused, Conflict) as error:
        if answers.wants_json():
            raise
        return _form(token, error)
    before = security.present_token()
    if before:
        # A new sign-in never reuses what the browser had before it (session fixation).
        with db.transaction() as session:
            sign_ins.sign_out(session, before)
    return security.remember(answers.created("/shifts/mine"), fresh)


@blueprint.get("/volunteers")
@security.needs("shift.manage")
def index() -> Response:
    """Show who helps: shift, break, languages, buddy, and how far they are trusted."""
    with db.transaction() as session:
        if answers.wants_json():
            listed = rows.listed(session)
            return answers.as_json({"volunteers": listed, "shifts": shifts.running(session)})
        template = "volunteers/_board.html" if answers.is_fragment("board") else "volunteers/index.html"
        return _page(session, template)


@blueprint.post("/activations/<int:activation_id>/join-links")
@security.needs("volunteer.invite")
def invite(activation_id: int) -> AnyResponse:
    """Make one-time links; they are shown once."""
    form = posted(LinksForm)
    with db.transaction() as session:
        tokens = volunteers.invite(session, security.who(), activation_id, form.count, form.hours)
        links = [f"{security.settings().base_url}/join/{token}" for token in tokens]
        if answers.wants_json():
            return answers.as_json({"links": links}, 201)
        return _page(session, "volunteers/index.html", links, form.hours)


@blueprint.post("/volunteers/<int:agent_id>/buddy")
@security.needs("volunteer.invite")
def pair(agent_id: int) -> AnyResponse:
    """Give a volunteer another buddy."""
    form = posted(BuddyForm)
    with db.transaction() as session:
        volunteers.pair(session, security.who(), agent_id, form.buddy_id)
    return answers.created("/volunteers", status=200)


@blueprint.get("/volunteers/card")
@security.needs("inbox.read")
def card() -> Response:
    """Show the card and the code of conduct again, to whoever works here."""
    with db.transaction() as session:
        values: dict[str, Any] = {
            "running_here": activations.running(session),
            "version": volunteers.CODE_VERSION,
        }
        return answers.html("volunteers/card.html", **values, **answers.shell(session))


def _form(token: str, error: Refused | Conflict | None = None) -> Response:
    with db.transaction() as session:
        found = volunteers.look(session, token)
        if found is None:
            raise NotFound(_OVER)
        spoken = activations.one(session, found.id).playbook.languages
    return answers.html(
        "volunteers/join.html",
        error.status if error else 200,
        token=token,
        activation=found,
        version=volunteers.CODE_VERSION,
        languages=tuple(dict.fromkeys((*spoken, *_ALSO))),
        refusal=str(error or ""),
        reasons=error.reasons if isinstance(error, Misshapen) else (),
        typed=_typed(),
    )


def _typed() -> dict[str, Any]:
    """Return what was typed before a refusal, without the password."""
    kept = {
        name: request.form.get(name, "") for name in ("name", "initials", "email", "code", "has_read_card")
    }
    return {**kept, "languages": request.form.getlist("languages")}


def _page(session: Any, template: str, links: list[str] | None = None, hours: int = 24) -> Response:
    return answers.html(
        template,
        201 if links else 200,
        volunteers=rows.listed(session),
        shifts=shifts.running(session),
        buddies=rows.buddies(session),
        links=links or [],
        hours=hours,
        at=clock.now(),
        **answers.shell(session),
    )
