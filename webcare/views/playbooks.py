"""Shows playbooks: how far each has grown, its texts and their approvals, and what changed in its folder."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.queries import activations, growth, improvised, playbooks, shelves, text_approvals
from webcare.schemas.playbooks import ChangesForm, WordsForm
from webcare.services import playbook_versions
from webcare.services import text_approvals as approving
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("playbooks", __name__)
_ONE = "/playbooks/<slug>"
_CHANGES = "/activations/<int:activation_id>/changes"


@blueprint.get("/playbooks")
@security.needs("activation.read")
def index() -> Response:
    """List every playbook with how far it has grown."""
    with db.transaction() as session:
        rows = shelves.rows(session, clock.now())
        if answers.wants_json():
            return answers.as_json({"playbooks": rows})
        return answers.html("playbooks/index.html", playbooks=rows, **answers.shell(session))


@blueprint.get(_ONE)
@security.needs("activation.read")
def show(slug: str) -> Response:
    """Show one playbook: its stage and what the next one asks, what it holds, replies worth keeping."""
    playbook, who = playbooks.any_one(slug), security.who()
    with db.transaction() as session:
        grown = growth.of(session, playbook, clock.now())
        found = improvised.good(session, who, slug, clock.now())
        if answers.wants_json():
            return answers.as_json({"growth": grown, "missing": grown.missing, "improvised": found})
        taken = tuple(each.key for each in playbook.replies)
        return answers.html(
            "playbooks/show.html",
            playbook=playbook,
            growth=grown,
            texts=text_approvals.texts(session, playbook),
            improvised=[(each, improvised.snippet(each, taken)) for each in found],
            used=[each for each in shelves.uses(session) if each.playbook == slug],
            **answers.shell(session),
        )


@blueprint.get(_ONE + "/texts")
@security.needs("activation.read")
def texts(slug: str) -> Response:
    """Show every text with who approved it, the ones that need a name first."""
    playbook = playbooks.any_one(slug)
    with db.transaction() as session:
        rows = text_approvals.texts(session, playbook)
        shown = {each.sha256 for each in rows}
        frozen = [activations.one(session, each.id).playbook for each in activations.running(session)]
        others = {
            each.sha256: each
            for book in frozen
            if book.slug == slug
            for each in text_approvals.texts(session, book)
            if each.sha256 not in shown
        }
        values: dict[str, Any] = {"texts": rows, "in_force": tuple(others.values())}
        if answers.wants_json():
            return answers.as_json(values)
        return answers.html("playbooks/texts.html", playbook=playbook, **values, **answers.shell(session))


@blueprint.post(_ONE + "/texts")
@security.needs("text.approve")
def approve(slug: str) -> AnyResponse:
    """Say yes, by name, to exactly the words that the page showed."""
    form = posted(WordsForm)
    with db.transaction() as session:
        words = approving.Words(slug, form.noun, form.key, form.sha256)
        approving.approve_words(session, security.who(), words)
    return answers.created(f"/playbooks/{slug}/texts")


@blueprint.get(_CHANGES)
@security.needs("activation.read")
def changes(activation_id: int) -> Response:
    """Show what the folder says otherwise than the version in force."""
    with db.transaction() as session:
        detail = activations.one(session, activation_id)
        edited = playbooks.edited(detail.playbook)
        if answers.wants_json():
            return answers.as_json({"edited": edited})
        return answers.html(
            "activations/changes.html", detail=detail, edited=edited, **answers.shell(session)
        )


@blueprint.post(_CHANGES)
@security.needs("playbook.activate")
def take_into_force(activation_id: int) -> AnyResponse:
    """Freeze the folder as the page showed it."""
    form = posted(ChangesForm)
    with db.transaction() as session:
        playbook_versions.take_into_force(session, security.who(), activation_id, form.seen)
    return answers.created(f"/activations/{activation_id}")
