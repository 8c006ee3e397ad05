"""Lets team leads write status updates for everybody, approve them, and say "no change"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.domain import broadcasts as words
from webcare.queries import activations, broadcast_texts, facts, promises, rules
from webcare.queries import broadcasts as rows
from webcare.schemas.broadcasts import (
    BroadcastForm,
    NoChangeForm,
    OverrideForm,
    PostDecisionForm,
    SeenForm,
)
from webcare.services import broadcasts, posting
from webcare.services import nochange as nochange_service
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("broadcasts", __name__)
_ONE = "/broadcasts/<int:broadcast_id>"


@blueprint.get("/broadcasts")
@security.needs("activation.read")
def index() -> Response:
    """List what is being written, planned and published, and how the promises are kept."""
    now = clock.now()
    with db.transaction() as session:
        waiting, out = rows.open_ones(session), rows.published(session)
        if answers.wants_json():
            return answers.as_json({"open": waiting, "published": out})
        running = activations.running(session)
        counts = {each.id: promises.counted(session, each.id, now) for each in running}
        template = "broadcasts/_board.html" if answers.is_fragment("board") else "broadcasts/index.html"
        return answers.html(template, waiting=waiting, out=out, counts=counts, **answers.shell(session))


@blueprint.get("/broadcasts/new")
@security.needs("broadcast.write")
def new() -> Response:
    """Show the empty form: of an update it begins with what the last one said."""
    given = request.args.get("activation_id", "")
    is_post = request.args.get("kind") == "post"
    with db.transaction() as session:
        running = activations.running(session)
        known = {str(each.id): each.id for each in running}
        number = None if is_post else known.get(given, running[0].id if running else None)
        before = rows.latest(session, number) if number else None
        playbook = rows.source(session, number).playbook
        start = words.starting(playbook.facts) if number else {}
        parts = before.parts if before else dict.fromkeys(words.LANGUAGES, start)
        blank = {"kind": "post" if number is None else "update", "activation_id": number, "parts": parts}
        moments = {"next_update_at": None, "publish_at": None}
        return _form(session, {**blank, **moments, "id": None, "version": None})


@blueprint.get(_ONE + "/form")
@security.needs("broadcast.write")
def edit(broadcast_id: int) -> Response:
    """Show the form of a broadcast that hasn't left."""
    with db.transaction() as session:
        row = rows.one(session, broadcast_id)
        return _form(session, row)


@blueprint.post("/broadcasts")
@security.needs("broadcast.write")
def create() -> AnyResponse:
    """Keep it as a draft; the next page shows every channel's own text."""
    form = posted(BroadcastForm)
    with db.transaction() as session:
        made = broadcasts.write(session, security.who(), _text(session, form))
    return answers.created(f"/broadcasts/{made}", {"id": made})


@blueprint.post(_ONE)
@security.needs("broadcast.write")
def rewrite(broadcast_id: int) -> AnyResponse:
    """Change it; whoever said yes says so again."""
    form = posted(BroadcastForm)
    with db.transaction() as session:
        text, seen = _text(session, form), form.seen_version or 0
        broadcasts.rewrite(session, security.who(), broadcast_id, seen, text)
    return answers.created(f"/broadcasts/{broadcast_id}")


@blueprint.get(_ONE)
@security.needs("activation.read")
def show(broadcast_id: int) -> Response:
    """Show what it says on every channel, what stands in its way, and what became of it."""
    with db.transaction() as session:
        row = rows.one(session, broadcast_id)
        is_open = row.state in ("draft", "waiting", "approved")
        look = broadcast_texts.look(session, row, clock.now()) if is_open else None
        posts = rows.posts(session, row.id)
        if answers.wants_json():
            return answers.as_json({"broadcast": row, "look": look, "posts": posts})
        template = "broadcasts/_one.html" if answers.is_fragment("board") else "broadcasts/show.html"
        return answers.html(
            template,
            row=row,
            look=look,
            posts=posts,
            zone=_zone(session, row.activation_id),
            approver=broadcasts.approver(session, row),
            may_approve=broadcasts.may_approve(session, security.who(), row),
            headed=words.headed,
            **answers.shell(session),
        )


@blueprint.post("/broadcasts/nochange")
@security.needs("broadcast.write")
def nochange() -> AnyResponse:
    """Say that nothing changed and promise the next update, in one step."""
    form = posted(NoChangeForm)
    at = clock.now() + timedelta(minutes=form.minutes)
    with db.transaction() as session:
        row = nochange_service.publish(session, security.who(), form.activation_id, at)
    return answers.created(f"/broadcasts/{row.id}", {"broadcast": row})


@blueprint.post(_ONE + "/submission")
@security.needs("broadcast.write")
def submit(broadcast_id: int) -> AnyResponse:
    """Ask for the yes that the playbook wants."""
    form = posted(SeenForm)
    with db.transaction() as session:
        row = broadcasts.submit(session, security.who(), broadcast_id, form.seen_version)
    return answers.created(f"/broadcasts/{broadcast_id}", {"broadcast": row})


@blueprint.post(_ONE + "/approval")
@security.needs("broadcast.approve")
def approve(broadcast_id: int) -> AnyResponse:
    """Say yes; it leaves now, or at its time."""
    form = posted(SeenForm)
    with db.transaction() as session:
        row = broadcasts.approve(session, security.who(), broadcast_id, form.seen_version)
    return answers.created(f"/broadcasts/{broadcast_id}", {"broadcast": row})


@blueprint.post(_ONE + "/overrides")
@security.needs("check.override")
def override(broadcast_id: int) -> AnyResponse:
    """Let one finding pass, with the reason that the timeline keeps."""
    form = posted(OverrideForm)
    given = (form.name, form.why)
    with db.transaction() as session:
        broadcasts.override(session, security.who(), broadcast_id, form.seen_version, given)
    return answers.created(f"/broadcasts/{broadcast_id}")


@blueprint.post(_ONE + "/withdrawal")
@security.needs("broadcast.write")
def withdraw(broadcast_id: int) -> AnyResponse:
    """Take back what hasn't left."""
    form = posted(SeenForm)
    with db.transaction() as session:
        broadcasts.withdraw(session, security.who(), broadcast_id, form.seen_version)
    return answers.created("/broadcasts")


@blueprint.post(_ONE + "/resumption")
@security.needs("broadcast.approve")
def resume(broadcast_id: int) -> AnyResponse:
    """Let one paused broadcast leave after all."""
    form = posted(SeenForm)
    with db.transaction() as session:
        broadcasts.resume(session, security.who(), broadcast_id, form.seen_version)
    return answers.created(f"/broadcasts/{broadcast_id}")


@blueprint.post(_ONE + "/posts/<int:post_id>/decision")
@security.needs("broadcast.approve")
def decide(broadcast_id: int, post_id: int) -> AnyResponse:
    """Settle a post that failed or may have arrived."""
    form = posted(PostDecisionForm)
    with db.transaction() as session:
        posting.decide(session, security.who(), broadcast_id, post_id, form.decision)
    return answers.created(f"/broadcasts/{broadcast_id}")


def _text(session: Any, form: BroadcastForm) -> broadcasts.BroadcastText:
    zone = _zone(session, form.activation_id)
    return broadcasts.BroadcastText(
        form.kind,
        form.parts,
        form.activation_id,
        words.as_moment(form.next_update_at, zone),
        words.as_moment(form.publish_at, zone),
    )


def _zone(session: Any, activation_id: int | None) -> ZoneInfo:
    return rules.zone_of(rows.source(session, activation_id).playbook)


def _form(session: Any, of: Any) -> Response:
    activation_id = of["activation_id"] if isinstance(of, dict) else of.activation_id
    board = facts.board(session, clock.now())
    return answers.html(
        "broadcasts/form.html",
        of=of,
        zone=_zone(session, activation_id),
        parts=words.PARTS,
        languages=words.LANGUAGES,
        facts=[each for each in board if each.activation_id == activation_id and each.version],
        **answers.shell(session),
    )
