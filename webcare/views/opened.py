"""Gathers everything that one opened conversation shows, with what its agent is writing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import uuid4

from flask import request

from webcare import clock
from webcare.domain import lanes
from webcare.domain.rights import RIGHTS, Who
from webcare.queries import approvals, conversations, facts, inbox, press, replies
from webcare.queries.approvals import Standing
from webcare.queries.conversations import ConversationDetail
from webcare.queries.facts import FactRow
from webcare.queries.inbox import View
from webcare.queries.replies import Choice

TABS = ("mine", "unassigned", "all")
ORDERS = ("urgency", "waiting", "newest")


@dataclass(frozen=True, slots=True)
class Writing:
    """What stands in the composer; `refusal` says why it was not sent, `has_news` that something arrived."""

    text: str = ""
    reply_template: str | None = None
    facts: dict[str, int] = field(default_factory=dict)
    seen_version: int = 0
    client_token: str = ""
    mode: Literal["reply", "note"] = "reply"
    findings: tuple[str, ...] = ()
    refusal: str = ""
    reasons: tuple[str, ...] = ()
    has_news: bool = False
    can_pass: bool = False
    is_shelf_open: bool = False
    not_stated: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opened:
    """One conversation on the screen: its rows, the shelf of replies, the facts, the composer."""

    detail: ConversationDetail
    choices: tuple[Choice, ...]
    facts: tuple[FactRow, ...]
    languages: tuple[str, ...]
    language: str
    writing: Writing
    view: View
    query: str
    is_mine: bool
    approval: Standing
    held_back: str | None = None
    press_contact: str = ""


def asked_view() -> View:
    """Return which list the page stands in, from its address; anything odd becomes the first choice."""
    tab = request.values.get("tab", "all")
    order = request.values.get("order", "urgency")
    return View(
        tab=tab if tab in TABS else "all",  # type: ignore[arg-type]
        order=order if order in ORDERS else "urgency",  # type: ignore[arg-type]
        after=request.args.get("after") or None,
    )


def query_of(view: View) -> str:
    """Return the part of an address that names a list."""
    return f"tab={view.tab}&order={view.order}"


def place(conversation_id: int) -> str:
    """Return the address of a conversation beside the list that the request came from."""
    where = f"/conversations/{conversation_id}"
    return f"{where}?{query_of(asked_view())}" if "tab" in request.values else where


def opened(session: Any, who: Who, conversation_id: int, writing: Writing | None = None) -> Opened:
    """Return what the page of a conversation shows; raise NotFound when `who` may not know of it."""
    detail = _turned_back(session, who, conversations.one(session, who, conversation_id))
    shelf = replies.shelf(session, detail.row, clock.now())
    board = facts.board(session, clock.now())
    languages = shelf.languages or ("en",)
    return Opened(
        detail=detail,
        choices=shelf.choices,
        facts=tuple(each for each in board if each.activation_id in shelf.activation_ids),
        languages=languages,
        language=language_of(detail.row.language, languages),
        writing=writing or _from_draft(detail),
        view=asked_view(),
        query=query_of(asked_view()),
        is_mine=detail.row.assignee_id == who.agent_id,
        approval=approvals.standing(session, who, conversation_id),
        held_back=lanes.refusal(detail.row.lane, detail.row.intents, RIGHTS.get(who.role, ())),
        press_contact=press.contact(session) if detail.row.lane == "press" else "",
    )


def language_of(spoken: str, offered: tuple[str, ...]) -> str:
    """Return the language to write in: the one chosen on the page, else the contact's, else English."""
    chosen = request.values.get("language", "")
    if chosen in offered:
        return chosen
    return spoken if spoken in offered else "en"


def next_after(session: Any, who: Who, view: View, conversation_id: int) -> int | None:
    """Return the conversation to go on with: the first in the list that is free or already `who`'s."""
    for row in inbox.rows(session, who, view).rows:
        if row.id != conversation_id and row.assignee_id in (None, who.agent_id):
            return row.id
    return None


def fresh_token() -> str:
    """Return the id that makes a double click one reply."""
    return str(uuid4())


def _turned_back(session: Any, who: Who, detail: ConversationDetail) -> ConversationDetail:
    """Return the part of a long thread that was asked for with `before`, else the newest part."""
    before = request.args.get("before", type=int)
    if before is None:
        return detail
    thread = conversations.messages(session, who, detail.row.id, before)
    newest = thread[-conversations.SHOWN :]
    return replace(detail, messages=newest, has_older_messages=len(thread) > len(newest))


def _from_draft(detail: ConversationDetail) -> Writing:
    mode: Literal["reply", "note"] = "note" if request.args.get("write") == "note" else "reply"
    draft = detail.draft
    return Writing(
        text=draft.text if draft else "",
        reply_template=draft.reply_template if draft else None,
        facts=draft.facts if draft else {},
        not_stated=draft.not_stated if draft else {},
        seen_version=detail.row.version,
        client_token=fresh_token(),
        mode=mode,
    )
