"""Acts on the desk as people and programs do: messages come in signed, replies go out by form or JSON."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.standin import StandIn
from tests.views.conftest import Browser, Desk
from webcare import clock, db
from webcare.channels.webhook import HEADER, sign
from webcare.domain.rights import Who
from webcare.queries.inboxes import InboxRow
from webcare.services import receipts, suggestions
from webcare.services.suggestions import Suggested
from webcare.views import hooks
from workers import correcting, delivery, posting, triage

SECRET = "a-long-secret"


def outlet(desk: Desk, provider: StandIn, **options: Any) -> InboxRow:
    """Open an inbox whose replies and posts reach the stand-in."""
    hooks._known.clear()
    given = {"outbound_url": provider.url, "allow_private": True, "broadcasts": True, **options}
    return desk.inbox(f"help-{uuid4().hex[:6]}", "webhook", options=given)


def hear(desk: Desk, inbox: InboxRow, words: str, by: str = "eve", **more: Any) -> int:
    """Let a contact write: signed over HTTP, kept, read; return their newest conversation.

    `at` is the moment at which it came in: words such as "Sunday" depend on it.
    """
    at = more.pop("at", None)
    message = {"id": uuid4().hex, "from": {"id": by, "name": by.title()}, "text": words, **more}
    body = json.dumps(message).encode()
    headers = {HEADER: sign(body, inbox.secrets[0], clock.now()), "Content-Type": "application/json"}
    answer = desk.stranger().post(f"/hooks/{inbox.slug}", data=body, headers=headers)
    assert answer.status_code == 202, answer.text
    if at is not None:
        rows("UPDATE raw_events SET received_at = :at WHERE state = 'received' RETURNING id", at=at)
    triage.drain()
    asked = (
        "SELECT c.id FROM conversations c JOIN contacts k ON k.id = c.contact_id"
        " WHERE c.inbox_id = :inbox AND k.address = :by ORDER BY c.id DESC LIMIT 1"
    )
    return int(rows(asked, inbox=inbox.id, by=by)[0][0])


def fill(who: Who, conversation_id: int, template: str, **words: str) -> Suggested:
    """Fill a reply template in as the composer does; `words` go where only an agent knows what stands."""
    with db.transaction() as session:
        language = session.execute(
            text("SELECT language FROM conversations WHERE id = :id"), {"id": conversation_id}
        ).scalar_one()
        made = suggestions.suggest(session, who, conversation_id, template, language)
    said = made.text
    for name, word in words.items():
        said = said.replace(f"{{{name}}}", word)
    return Suggested(**{**{key: getattr(made, key) for key in made.__dataclass_fields__}, "text": said})


def reply(conversation_id: int, words: str | Suggested, **more: Any) -> dict[str, Any]:
    """Return a reply as a program posts it, written on the conversation as it stands now."""
    seen = rows("SELECT version FROM conversations WHERE id = :id", id=conversation_id)[0][0]
    given: dict[str, Any] = {"seen_version": seen, "client_token": uuid4().hex, "text": words}
    if isinstance(words, Suggested):
        given |= {"text": words.text, "reply_template": words.key, "facts": words.facts}
    return {**given, **more}


def answer(browser: Browser, conversation_id: int, words: str | Suggested, **more: Any) -> TestResponse:
    """Send a reply by the API."""
    return browser.send(f"/conversations/{conversation_id}/deliveries", reply(conversation_id, words, **more))


def press(browser: Browser, conversation_id: int, words: str | Suggested, **more: Any) -> TestResponse:
    """Send a reply by the form on the screen."""
    given = reply(conversation_id, words, **more)
    stated = given.pop("facts", {})
    given = {key: str(value) for key, value in given.items()}
    given["fact"] = [f"{key}={version}" for key, version in stated.items()]
    return browser.post(f"/conversations/{conversation_id}/deliveries", given)


def work() -> None:
    """Let every worker that speaks to the outside do what is due."""
    with db.transaction() as session:
        receipts.give(session, 500)
    correcting.drain()
    posting.drain()
    delivery.drain()


def taken(provider: StandIn) -> list[str]:
    """Let the workers work, and return the texts that have reached the stand-in until now."""
    work()
    return [each["body"]["text"] for each in provider.taken]


def rows(statement: str, **values: Any) -> list[Any]:
    """Return what a statement finds now."""
    with db.transaction() as session:
        return list(session.execute(text(statement), values).all())


def said(response: TestResponse) -> str:
    """Return the sentence of a refusal to a program."""
    assert response.content_type == "application/problem+json", response.text
    body: Any = response.json
    return str(body["detail"])
