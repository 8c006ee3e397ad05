"""Lets an agent write: draft, template filled in, reply sent, and a decision about an unknown delivery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.domain.rights import Who
from webcare.errors import Conflict, Refused
from webcare.queries import inbox
from webcare.schemas.conversations import DecisionForm, DraftForm, NoteForm, ReplyForm
from webcare.services import conversations, delivery, drafting, signs, suggestions, undelivered
from webcare.views import answers, findings
from webcare.views.conversations import page_of
from webcare.views.opened import Writing, asked_view, fresh_token, next_after, opened, query_of
from webcare.views.posted import page_field, posted

blueprint = Blueprint("composer", __name__)


@blueprint.post("/conversations/<int:conversation_id>/draft")
@security.needs("draft.write")
def draft(conversation_id: int) -> AnyResponse:
    """Keep what is being written, and answer with what was found in it; writing is a sign of life."""
    form = posted(DraftForm)
    text = drafting.DraftText(conversation_id, form.text, form.reply_template, form.stated, form.denied)
    with db.transaction() as session:
        looked = drafting.keep(session, security.who(), text)
    if answers.is_fragment("checked"):
        return findings.shown(looked, form.text)
    found = {"ok": True, "findings": looked.findings, "linked": looked.linked}
    return answers.created(f"/conversations/{conversation_id}", found, 200)


@blueprint.post("/conversations/<int:conversation_id>/draft/discard")
@security.needs("draft.write")
def discard(conversation_id: int) -> AnyResponse:
    """Throw the draft away."""
    who = security.who()
    with db.transaction() as session:
        drafting.discard(session, who, conversation_id)
    return _settled(who, conversation_id)


@blueprint.post("/conversations/<int:conversation_id>/composer")
@security.needs("draft.write")
def suggest(conversation_id: int) -> AnyResponse:
    """Fill a reply template with the facts in force and put it into the composer; nothing is sent."""
    form = posted(ReplyForm)
    who = security.who()
    with db.transaction() as session:
        found = opened(session, who, conversation_id)
        key = page_field("insert")
        suggested = suggestions.suggest(session, who, conversation_id, key, found.language)
        if answers.wants_json():
            return answers.as_json(suggested)
        writing = replace(
            _writing(form),
            text=suggested.text,
            reply_template=key,
            facts=dict(suggested.facts),
            findings=_findings(suggested),
        )
        return _again(session, who, (conversation_id, writing), 200)


@blueprint.post("/conversations/<int:conversation_id>/deliveries")
@security.needs("reply.send")
def send(conversation_id: int) -> AnyResponse:
    """Send a reply once; when it is refused the text stays and the reason stands above it."""
    form = posted(ReplyForm)
    who = security.who()
    try:
        with db.transaction() as session:
            sent, where = _submit(session, who, conversation_id, form)
    except (Conflict, Refused) as error:
        if isinstance(error, Refused) and error.is_held:
            with db.transaction() as session:
                signs.attempted(session, who, conversation_id, form.reply_template)
        if answers.wants_json():
            raise
        with db.transaction() as session:
            version = inbox.row(session, who, conversation_id).version
            return _again(session, who, (conversation_id, _refused(form, error, version)), error.status)
    if form.then != "next" and answers.is_fragment("composer"):
        return _settled(who, conversation_id)
    # 202: taken, but nothing leaves before somebody else says yes.
    return answers.created(where, sent, 202 if sent.is_waiting else 201)


@blueprint.post("/conversations/<int:conversation_id>/notes")
@security.needs("note.write")
def note(conversation_id: int) -> AnyResponse:
    """Add words that only the team sees."""
    form = posted(NoteForm)
    who = security.who()
    with db.transaction() as session:
        message_id = conversations.note(session, who, conversation_id, form.text)
    if answers.is_fragment("composer"):
        return _settled(who, conversation_id)
    return answers.created(f"/conversations/{conversation_id}", {"message_id": message_id})


@blueprint.post("/deliveries/<int:delivery_id>/decision")
@security.needs("delivery.decide")
def decide(delivery_id: int) -> AnyResponse:
    """Settle what became of a reply of which nobody knows whether it arrived."""
    form = posted(DecisionForm)
    with db.transaction() as session:
        undelivered.decide(session, security.who(), delivery_id, form.decision)
    back = page_field("conversation")
    return answers.created(f"/conversations/{back}" if back.isdecimal() else "/conversations", status=200)


def _findings(suggested: suggestions.Suggested) -> tuple[str, ...]:
    open_slots = tuple(f"Fill in {{{name}}} yourself before you send." for name in suggested.unfilled)
    return (*suggested.problems, *open_slots, *suggested.notices)


def _submit(session: Any, who: Who, conversation_id: int, form: ReplyForm) -> tuple[Any, str]:
    submission = delivery.Submission(
        conversation_id=conversation_id,
        seen_version=form.seen_version,
        client_token=form.client_token,
        text=form.text,
        reply_template=form.reply_template,
        facts=form.stated,
        is_anyway=form.is_anyway,
        override_reason=form.override_reason or "",
        asks_lead=form.asks_lead,
        not_stated=form.denied,
    )
    sent = delivery.submit(session, who, submission)
    if form.then == "resolve" and not sent.is_repeat and not sent.is_waiting:
        now = inbox.row(session, who, conversation_id)
        conversations.resolve(session, who, conversation_id, now.version)
    onward = conversation_id
    if form.then == "next":
        onward = next_after(session, who, asked_view(), conversation_id) or conversation_id
    return sent, f"/conversations/{onward}?{query_of(asked_view())}"


def _settled(who: Who, conversation_id: int) -> AnyResponse:
    """Answer with the composer as it stands now: empty, or with the draft that is left."""
    if not answers.is_fragment("composer"):
        return answers.created(f"/conversations/{conversation_id}", status=200)
    with db.transaction() as session:
        found = opened(session, who, conversation_id)
        return answers.html("conversations/_composer_again.html", opened=found, **answers.shell(session))


def _refused(form: ReplyForm, error: Conflict | Refused, version: int) -> Writing:
    """Return what was written, unchanged, with why it was not sent; what arrived now counts as shown."""
    return replace(
        _writing(form),
        refusal=str(error),
        reasons=error.reasons if isinstance(error, Refused) else (),
        can_pass=isinstance(error, Refused) and error.can_pass,
        has_news=isinstance(error, Conflict) and version != form.seen_version,
        seen_version=version,
        # A refused reply was never stored; new words need a new token.
        client_token=fresh_token(),
    )


def _writing(form: ReplyForm) -> Writing:
    return Writing(
        text=form.text,
        reply_template=form.reply_template,
        facts=form.stated,
        seen_version=form.seen_version,
        client_token=form.client_token,
        not_stated=form.denied,
    )


def _again(session: Any, who: Who, what: tuple[int, Writing], status: int) -> Response:
    """Return the composer with a text, as a part of the page or with the whole of it."""
    conversation_id, writing = what
    found = opened(session, who, conversation_id, writing)
    if answers.is_fragment("composer"):
        return answers.html(
            "conversations/_composer_again.html", status, opened=found, **answers.shell(session)
        )
    return page_of(session, who, found, status)
