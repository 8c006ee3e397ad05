"""Shows the replies that wait for a yes, lets approvers decide, and tells authors where theirs stands."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.queries import approvals as rows
from webcare.queries import conversations
from webcare.schemas.approvals import ReturnForm, YesForm
from webcare.services import approval_requests, approvals
from webcare.services.approvals import Decision
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("approvals", __name__)
_ONE = "/approvals/<int:approval_id>"


@blueprint.get("/approvals")
@security.needs("reply.approve")
def index() -> Response:
    """Show the queue: most urgent first, then oldest."""
    who = security.who()
    with db.transaction() as session:
        waiting = rows.waiting(session, who)
        if answers.wants_json():
            return answers.as_json({"approvals": waiting, "count": rows.count(session, who)})
        template = "approvals/_board.html" if answers.is_fragment("board") else "approvals/index.html"
        return answers.html(
            template,
            approvals=waiting,
            looks={row.id: approvals.look(session, who, row) for row in waiting},
            said=rows.before(session, [row.conversation_id for row in waiting]),
            **answers.shell(session),
        )


@blueprint.get(_ONE)
@security.needs("reply.approve")
def show(approval_id: int) -> Response:
    """Show one reply below its whole conversation, to mend it or to return it."""
    with db.transaction() as session:
        return _page(session, security.who(), approval_id)


@blueprint.post(_ONE + "/yes")
@security.needs("reply.approve")
def approve(approval_id: int) -> AnyResponse:
    """Send a reply as it stands, or as the approver mended it."""
    form = posted(YesForm)
    given = Decision(approval_id, form.sha256, form.text, form.override_reason or "")
    try:
        with db.transaction() as session:
            sent = approvals.approve(session, security.who(), given)
    except (Conflict, Refused, NotAllowed) as error:
        return _refused(approval_id, error, form.text)
    return answers.created("/approvals", sent)


@blueprint.post(_ONE + "/return")
@security.needs("reply.approve")
def give_back(approval_id: int) -> AnyResponse:
    """Return a reply to its author with a reason."""
    form = posted(ReturnForm)
    try:
        with db.transaction() as session:
            approvals.give_back(session, security.who(), Decision(approval_id, form.sha256), form.reason)
    except (Conflict, Refused) as error:
        return _refused(approval_id, error, None)
    return answers.created("/approvals", status=200)


@blueprint.post(_ONE + "/withdrawal")
@security.needs("draft.write")
def withdraw(approval_id: int) -> AnyResponse:
    """Give an author their text back, as a draft."""
    with db.transaction() as session:
        approvals.withdraw(session, security.who(), approval_id)
        found = rows.one(session, security.who(), approval_id)
    return answers.created(f"/conversations/{found.conversation_id}", status=200)


@blueprint.get("/conversations/<int:conversation_id>/approval")
@security.needs("draft.write")
def standing(conversation_id: int) -> Response:
    """Tell the writer of a reply whose yes it needs, and what became of the last one."""
    with db.transaction() as session:
        found = rows.standing(session, security.who(), conversation_id)
    if answers.wants_json():
        return answers.as_json(found)
    return answers.html("approvals/_standing.html", standing=found, beside=True)


def _refused(approval_id: int, error: Conflict | Refused | NotAllowed, text: str | None) -> AnyResponse:
    """Show the reply with why it did not leave; what can't leave any more is ended at once."""
    with db.transaction() as session:
        approval_requests.watch(session)
    if answers.wants_json():
        raise error
    with db.transaction() as session:
        return _page(session, security.who(), approval_id, (error, text))


def _page(
    session: Any,
    who: Who,
    approval_id: int,
    refused: tuple[Conflict | Refused | NotAllowed, str | None] | None = None,
) -> Response:
    row = rows.one(session, who, approval_id)
    detail = conversations.one(session, who, row.conversation_id)
    look = approvals.look(session, who, row) if row.state == "waiting" else None
    if answers.wants_json():
        return answers.as_json({"approval": row, "look": look, "messages": detail.messages})
    error, text = refused or (None, None)
    reasons = error.reasons if isinstance(error, Refused) else ()
    return answers.html(
        "approvals/show.html",
        error.status if error else 200,
        row=row,
        look=look,
        messages=detail.messages,
        refusal=str(error or ""),
        reasons=reasons,
        mended=text if text is not None else row.text,
        **answers.shell(session),
    )
