"""Lets team leads run corrections: who was told something wrong, one approval, and who knows by now."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.queries import correction_readers, corrections, public_corrections, timeline
from webcare.queries.scope import LARGEST_ID
from webcare.schemas.corrections import CorrectionApprovalForm, CorrectionEndForm, CorrectionForm
from webcare.services import correction_checks, correction_wording
from webcare.services import corrections as runs
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("corrections", __name__)
_ONE = "/corrections/<int:correction_id>"
_LEFT_SHOWN = 20


@blueprint.get("/corrections")
@security.needs("correction.run")
def index() -> Response:
    """List the runs, newest first, with how far each one is."""
    with db.transaction() as session:
        listed = corrections.listed(session)
        public = public_corrections.tallies(session, [row.id for row, _ in listed])
        if answers.wants_json():
            each = [{"run": row, "tally": tally, "public": public[row.id]} for row, tally in listed]
            return answers.as_json({"corrections": each})
        template = "corrections/_runs.html" if answers.is_fragment("board") else "corrections/index.html"
        return answers.html(template, listed=listed, public=public, **answers.shell(session))


@blueprint.post("/corrections")
@security.needs("correction.run")
def create() -> AnyResponse:
    """Start a run; the one that is open already is shown instead of a second one."""
    form = posted(CorrectionForm)
    wanted = runs.Start(form.activation_id, form.key, form.version, form.why or "")
    with db.transaction() as session:
        correction_id = runs.start(session, security.who(), wanted)
    return answers.created(f"/corrections/{correction_id}", {"correction_id": correction_id})


@blueprint.get(_ONE)
@security.needs("correction.run")
def show(correction_id: int) -> Response:
    """Show one run: progress, languages, samples, who is left and why."""
    with db.transaction() as session:
        found = _found(session, correction_id)
        if answers.wants_json():
            tally = found["tally"]
            return answers.as_json({**found, "sentence": _sentence(found), "of": tally.of})
        template = "corrections/_board.html" if answers.is_fragment("board") else "corrections/show.html"
        events = timeline.about(session, security.who(), ("correction", correction_id))
        return answers.html(template, **found, events=events, **answers.shell(session))


@blueprint.get(_ONE + "/notices")
@security.needs("correction.run")
def notices(correction_id: int) -> Response:
    """Show each text of a run, a page at a time."""
    given = request.args.get("after", "0")
    after = min(int(given), LARGEST_ID) if given.isascii() and given.isdigit() and len(given) <= 19 else 0  # noqa: PLR2004 - digits of a bigint
    with db.transaction() as session:
        run = corrections.one(session, correction_id)
        rows = corrections.notices(session, correction_id, after, is_left="left" in request.args)
        if answers.wants_json():
            return answers.as_json({"notices": rows})
        is_last = len(rows) < corrections.PAGE
        return answers.html(
            "corrections/notices.html",
            run=run,
            rows=rows,
            is_left="left" in request.args,
            next_after=None if is_last else rows[-1].id,
            **answers.shell(session),
        )


@blueprint.post(_ONE + "/approval")
@security.needs("correction.run")
def approve(correction_id: int) -> AnyResponse:
    """Say yes to every text of the run, once."""
    form = posted(CorrectionApprovalForm)
    with db.transaction() as session:
        runs.approve(session, security.who(), correction_id, form.drafted_at)
    return answers.created(f"/corrections/{correction_id}")


@blueprint.post(_ONE + "/drafts")
@security.needs("correction.run")
def redraft(correction_id: int) -> AnyResponse:
    """Draft anew with what is right now."""
    with db.transaction() as session:
        runs.redraft(session, security.who(), correction_id)
    return answers.created(f"/corrections/{correction_id}")


@blueprint.post(_ONE + "/broadcast")
@security.needs("correction.run")
def draft_public(correction_id: int) -> AnyResponse:
    """Draft the public correction once more, and show it."""
    with db.transaction() as session:
        made = runs.draft_public(session, security.who(), correction_id)
    return answers.created(f"/broadcasts/{made}", {"id": made})


@blueprint.post(_ONE + "/end")
@security.needs("correction.run")
def end(correction_id: int) -> AnyResponse:
    """Close or withdraw the run; nothing else ends it."""
    form = posted(CorrectionEndForm)
    with db.transaction() as session:
        state = runs.close(session, security.who(), correction_id, form.why or "")
    return answers.created(f"/corrections/{correction_id}", {"state": state})


def _sentence(found: dict[str, Any]) -> str:
    """Return both figures in words: `212 of 214 told, 2 unreachable; 3 of 3 public posts corrected`."""
    return "; ".join(filter(None, (found["tally"].sentence, found["public"].sentence)))


def _found(session: Any, correction_id: int) -> dict[str, Any]:
    """Return what the page of a run shows."""
    run = corrections.one(session, correction_id)
    reach = correction_readers.reach(session, run.wrong_version_id)
    under_way = correction_readers.reach(session, run.wrong_version_id, correction_readers.UNDER_WAY)
    tally = corrections.tally(session, correction_id)
    return {
        "run": run,
        "tally": tally,
        "public": public_corrections.tally(session, correction_id),
        "posts": public_corrections.posts(session, correction_id),
        "word": public_corrections.word(session, correction_id),
        "reach": reach,
        "under_way": under_way.messages if run.is_open else 0,
        "languages": corrections.languages(session, correction_id),
        "whys": corrections.whys(session, correction_id),
        "left": corrections.notices(session, correction_id, is_left=True, limit=_LEFT_SHOWN),
        "findings": correction_checks.blocking(session, correction_id) if run.state == "ready" else (),
        "is_stale": run.state in {"ready", "sending"}
        and bool(tally.drafted)
        and correction_wording.is_stale_run(session, correction_id),
    }
