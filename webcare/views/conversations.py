"""Shows the list of conversations and the one that is opened, whole or the part that changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, request
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.domain.rights import Who
from webcare.queries import conversations as conversation_rows
from webcare.queries import inbox, raw_events, topics
from webcare.schemas.conversations import SeenForm, UrgencyForm
from webcare.services import conversations, judgements
from webcare.services.judgements import Word
from webcare.views import answers
from webcare.views.opened import Opened, asked_view, next_after, opened, place
from webcare.views.posted import posted

blueprint = Blueprint("conversations", __name__)


@blueprint.get("/conversations")
@security.needs("inbox.read")
def index() -> Response:
    """Show the list, most urgent first unless asked otherwise."""
    with db.transaction() as session:
        return _page(session, security.who(), None)


@blueprint.get("/conversations/list")
@security.needs("inbox.read")
def listed() -> Response:
    """Show the list alone, for a page that was told of a change."""
    with db.transaction() as session:
        topic = topics.titled(session)
        return answers.html("conversations/_list.html", topic=topic, **_list(session, security.who()))


@blueprint.get("/conversations/<int:conversation_id>")
@security.needs("inbox.read")
def show(conversation_id: int) -> Response:
    """Open one conversation beside the list."""
    who = security.who()
    with db.transaction() as session:
        if answers.wants_json():
            return answers.as_json(conversation_rows.one(session, who, conversation_id))
        found = opened(session, who, conversation_id)
        if answers.is_fragment("detail"):
            return answers.html("conversations/_detail.html", opened=found, **answers.shell(session))
        return _page(session, who, found)


@blueprint.get("/conversations/<int:conversation_id>/messages")
@security.needs("inbox.read")
def messages(conversation_id: int) -> Response:
    """Show the messages and the head alone, for a page that was told of a change."""
    with db.transaction() as session:
        found = opened(session, security.who(), conversation_id)
        return answers.html("conversations/_news.html", opened=found, **answers.shell(session))


@blueprint.post("/conversations/<int:conversation_id>/resolution")
@security.needs("reply.free_text")
def resolve(conversation_id: int) -> AnyResponse:
    """Close a conversation in which nobody has to move."""
    form = posted(SeenForm)
    who = security.who()
    with db.transaction() as session:
        conversations.resolve(session, who, conversation_id, form.seen_version)
        view = asked_view()
        onward = next_after(session, who, view, conversation_id) if form.then == "next" else None
    return answers.created(place(onward or conversation_id))


@blueprint.post("/conversations/<int:conversation_id>/opening")
@security.needs("reply.free_text")
def reopen(conversation_id: int) -> AnyResponse:
    """Put a conversation back among those that wait for us."""
    with db.transaction() as session:
        conversations.reopen(session, security.who(), conversation_id)
    return answers.created(place(conversation_id))


@blueprint.post("/conversations/<int:conversation_id>/urgency")
@security.needs("conversation.claim")
def urgency(conversation_id: int) -> AnyResponse:
    """Let a human say how urgent it is, and what it asks."""
    form = posted(UrgencyForm)
    word = Word(form.level, form.reason, tuple(form.intents) or None)
    with db.transaction() as session:
        judgements.judge(session, security.who(), conversation_id, word)
    return answers.created(place(conversation_id))


@blueprint.get("/messages/<int:message_id>/raw")
@security.needs("inbox.read")
def raw(message_id: int) -> Response:
    """Hand over the bytes as they came in, as a download that no browser will run."""
    with db.transaction() as session:
        body = raw_events.body(session, security.who(), message_id)
    answer = make_response(body)
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="message-{message_id}.txt"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def page_of(session: Any, who: Who, found: Opened, status: int = 200) -> Response:
    """Return the whole page with `found` opened; other views answer a refused form with it."""
    values = _list(session, who, found.detail.row.id)
    return answers.html("conversations/index.html", status, opened=found, **values, **answers.shell(session))


def _page(session: Any, who: Who, found: Opened | None) -> Response:
    if found is not None:
        return page_of(session, who, found)
    values = _list(session, who)
    if answers.wants_json():
        return answers.as_json({"page": values["page"], "counts": values["counts"]})
    return answers.html("conversations/index.html", opened=None, **values, **answers.shell(session))


def _list(session: Any, who: Who, opened_id: int | None = None) -> dict[str, Any]:
    view = asked_view()
    return {
        "view": view,
        "page": inbox.rows(session, who, view),
        "counts": inbox.counts(session, who),
        "opened_id": opened_id or request.args.get("opened", type=int),
    }
