"""Lets team leads end an activation: stand it down, undo it while it is young, note its review."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.queries import activations, standing_down
from webcare.schemas.crisis import StandDownForm, UndoForm
from webcare.services import activation, reviews, undoing
from webcare.services import standing_down as closing
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("endings", __name__)
_ONE = "/activations/<int:activation_id>"


@blueprint.get(_ONE + "/stand-down")
@security.needs("playbook.activate")
def ask(activation_id: int) -> Response:
    """Show the criteria, with what the desk measured, and the one form that ends it."""
    now = clock.now()
    with db.transaction() as session:
        detail = activations.one(session, activation_id)
        criteria = standing_down.checklist(session, detail, now)
        if answers.wants_json():
            return answers.as_json({"criteria": criteria})
        return answers.html(
            "activations/stand_down.html",
            detail=detail,
            criteria=criteria,
            review=(reviews.usual(now), reviews.last(now)),
            **answers.shell(session),
        )


@blueprint.post(_ONE + "/stand-down")
@security.needs("playbook.activate")
def stand_down(activation_id: int) -> AnyResponse:
    """End it: criteria ticked, or a reason why not."""
    form = posted(StandDownForm)
    said = closing.Closing(tuple(form.ticked), form.override_reason, form.help_stays, form.review_at)
    with db.transaction() as session:
        activation.stand_down(session, security.who(), activation_id, form.reason, said)
    return answers.created(f"/activations/{activation_id}")


@blueprint.post(_ONE + "/undo")
@security.needs("playbook.activate")
def undo(activation_id: int) -> AnyResponse:
    """Take an activation back as one action."""
    form = posted(UndoForm)
    with db.transaction() as session:
        undoing.undo(session, security.who(), activation_id, form.reason)
    return answers.created(f"/activations/{activation_id}")


@blueprint.post(_ONE + "/review")
@security.needs("playbook.activate")
def hold_review(activation_id: int) -> AnyResponse:
    """Note that the review was held."""
    with db.transaction() as session:
        reviews.hold_review(session, security.who(), activation_id)
    return answers.created(f"/activations/{activation_id}")
