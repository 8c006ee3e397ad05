"""Shows a rehearsal's stopwatch, injects and score, and the same report of any activation afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from webcare import clock, db, security
from webcare.domain import pace, score
from webcare.queries import activations, happenings, injects, scores
from webcare.queries.activations import ActivationDetail
from webcare.queries.injects import InjectRow
from webcare.schemas.rehearsals import HoldForm, MarkForm, ThrowForm
from webcare.services import injects as throwing
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("rehearsals", __name__)
_ONE = "/rehearsals/<int:activation_id>"
_INJECT = _ONE + "/injects/<string:key>"


@blueprint.get(_ONE)
@security.needs("activation.read")
def show(activation_id: int) -> AnyResponse:
    """Show the stopwatch, the injects and the score so far; afterwards the report."""
    return _report(activation_id, is_rehearsal=True)


@blueprint.get("/activations/<int:activation_id>/report")
@security.needs("activation.read")
def report(activation_id: int) -> AnyResponse:
    """Show the same report of a real activation."""
    return _report(activation_id, is_rehearsal=False)


@blueprint.post(_INJECT + "/throw")
@security.needs("playbook.activate")
def throw(activation_id: int, key: str) -> AnyResponse:
    """Throw an inject now."""
    posted(ThrowForm)
    with db.transaction() as session:
        throwing.throw(session, security.who(), activation_id, key)
    return answers.created(f"/rehearsals/{activation_id}")


@blueprint.post(_INJECT + "/hold")
@security.needs("playbook.activate")
def hold(activation_id: int, key: str) -> AnyResponse:
    """Hold an inject back, or let it go."""
    form = posted(HoldForm)
    with db.transaction() as session:
        throwing.hold(session, security.who(), activation_id, key, is_held=form.held)
    return answers.created(f"/rehearsals/{activation_id}")


@blueprint.post(_INJECT + "/mark")
@security.needs("playbook.activate")
def mark(activation_id: int, key: str) -> AnyResponse:
    """Say how a rumour was met where the desk can't see it."""
    form = posted(MarkForm)
    with db.transaction() as session:
        throwing.mark(session, security.who(), activation_id, key, form.words)
    return answers.created(f"/rehearsals/{activation_id}")


def _report(activation_id: int, *, is_rehearsal: bool) -> AnyResponse:
    now = clock.now()
    with db.transaction() as session:
        detail = activations.one(session, activation_id)
        if detail.row.is_rehearsal != is_rehearsal:
            other = f"/activations/{activation_id}/report" if is_rehearsal else f"/rehearsals/{activation_id}"
            return redirect(other, 303)
        rows = _told(injects.of(session, activation_id))
        found = scores.of(session, detail, now)
        end = detail.row.ended_at or now
        if answers.wants_json():
            said = [_plain(row, detail, end) for row in rows]
            return answers.as_json({"activation": detail.row, "score": found, "injects": said})
        return _page(
            detail,
            injects=rows,
            places=injects.conversations(session, rows),
            score=found,
            end=end,
            events=happenings.of(session, activation_id),
            **answers.shell(session),
        )


def _page(detail: ActivationDetail, **values: Any) -> Response:
    template = "rehearsals/_board.html" if answers.is_fragment("board") else "rehearsals/show.html"
    runs = pace.of(detail.row.options, detail.row.id)
    return answers.html(template, detail=detail, pace=runs, clockwise=score.clockwise, **values)


def _told(rows: tuple[InjectRow, ...]) -> tuple[InjectRow, ...]:
    """Return the injects that the asker may know of: what is still to come is a surprise for the others."""
    is_lead = security.who().may("playbook.activate")
    return tuple(row for row in rows if is_lead or row.thrown_at is not None)


def _plain(row: InjectRow, detail: ActivationDetail, end: datetime) -> dict[str, Any]:
    took = row.took(end)
    return {
        "key": row.key,
        "kind": row.kind,
        "title": row.title,
        "due_s": (row.due_at - detail.row.started_at).total_seconds(),
        "within_s": row.within.total_seconds(),
        "state": row.state(end),
        "thrown_at": row.thrown_at,
        "met_at": row.met_at,
        "took_s": took.total_seconds() if took is not None else None,
        "met_by": row.met_by_name,
        "how": row.why,
        "is_marked": row.is_marked,
    }
