"""Lets agents in and out: by password, by one-time link, and off again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, NotFound
from webcare.schemas.people import PasswordForm, SignInForm
from webcare.services import agents, invitations, shifts, sign_ins
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("sign_in", __name__)

_OVER = "This link was used already, or it is too old. Ask your admin for a new one."


@blueprint.get("/sign-in")
def show() -> AnyResponse:
    """Show the form, or lead on an agent who is in already."""
    if security.somebody():
        return redirect("/conversations", 303)
    return answers.html("sign_in/show.html", refusal="", email="")


@blueprint.post("/sign-in")
def create() -> AnyResponse:
    """Sign in by password; the same words for a wrong name and a wrong password."""
    form = posted(SignInForm)
    try:
        # Counted and committed first, so that parallel guesses can't slip past the count.
        with db.transaction() as session:
            counted = sign_ins.count(session, form.email)
        with db.transaction() as session:
            token = sign_ins.sign_in(session, counted, form.password)
            _on_shift(session, sign_ins.by_token(session, token))
    except NotAllowed as error:
        if answers.wants_json():
            raise
        return answers.html("sign_in/show.html", 403, refusal=str(error), email=form.email)
    return _welcome(token)


@blueprint.get("/sign-in/<token>")
def link(token: str) -> Response:
    """Show a button; whoever previews a link must not burn it."""
    _look(token, "sign_in")
    return answers.html("sign_in/link.html", token=token)


@blueprint.post("/sign-in/<token>")
def use_link(token: str) -> AnyResponse:
    """Use the link up and sign its agent in."""
    with db.transaction() as session:
        found = invitations.use(session, token, "sign_in")
        if found is None or found.agent_id is None:
            raise NotFound(_OVER)
        fresh = sign_ins.begin(session, found.agent_id)
        shifts.begin_with_sign_in(session, found.agent_id)
    return _welcome(fresh)


@blueprint.get("/invitations/<token>")
def invited(token: str) -> Response:
    """Show the form on which an invited agent chooses a password."""
    _look(token, "invite")
    return answers.html("sign_in/invited.html", token=token)


@blueprint.post("/invitations/<token>")
def accept(token: str) -> AnyResponse:
    """Set the password, use the invitation up and sign the agent in."""
    form = posted(PasswordForm)
    with db.transaction() as session:
        found = invitations.use(session, token, "invite")
        if found is None or found.agent_id is None:
            raise NotFound(_OVER)
        agents.set_password(session, None, found.agent_id, form.password)
        fresh = sign_ins.begin(session, found.agent_id)
        shifts.begin_with_sign_in(session, found.agent_id)
    return _welcome(fresh)


@blueprint.post("/sign-out")
@security.needs("inbox.read")
def sign_out() -> AnyResponse:
    """End this sign-in on the server and in the browser."""
    with db.transaction() as session:
        sign_ins.sign_out(session, security.present_token() or "")
    return security.forget(answers.created("/sign-in"))


def _look(token: str, purpose: str) -> None:
    with db.transaction() as session:
        if invitations.look(session, token, purpose) is None:
            raise NotFound(_OVER)


def _welcome(token: str) -> AnyResponse:
    # A new sign-in never reuses what the browser had before it (session fixation).
    before = security.present_token()
    if before:
        with db.transaction() as session:
            sign_ins.sign_out(session, before)
    answer = answers.created(security.next_place(), status=200)
    answer.delete_cookie("webcare_place")
    return security.remember(answer, token)


def _on_shift(session: Any, who: Who | None) -> None:
    if who is not None:
        shifts.begin_with_sign_in(session, who.agent_id)
