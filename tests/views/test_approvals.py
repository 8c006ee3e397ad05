"""Approvals on the screen: the exact text with its question above it, one yes, and words for the author."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests import approving, factories
from tests.views.conftest import Browser, Desk
from webcare import db
from webcare.domain.rights import Who
from webcare.models import Conversation


@dataclass
class Asked:
    """A reply of Vera's that waits, and the desk that it waits on."""

    desk: Desk
    conversation_id: int
    approval_id: int
    sha256: str
    text: str

    @property
    def path(self) -> str:
        """Return its address."""
        return f"/approvals/{self.approval_id}"


@pytest.fixture
def asked(desk: Desk) -> Asked:
    with db.transaction() as session:
        number = approving.crisis(session, desk.cast)
        approving.volunteer(session, desk.cast.vera, number)
    conversation_id = desk.conversation(language="en")
    return ask(desk, desk.cast.vera, conversation_id)


def ask(desk: Desk, who: Who, conversation_id: int) -> Asked:
    with db.transaction() as session:
        thread = session.get_one(Conversation, conversation_id)
        made = approving.asked(session, who, thread)
        row = approving.approval(session, made.approval_id)
        return Asked(desk, conversation_id, row.id, row.sha256.hex(), row.text)


def form(browser: Browser, conversation_id: int) -> dict[str, str]:
    """Fill the composer in as the page of a browser would."""
    body = {"seen_version": "1", "client_token": "x" * 20, "text": "", "insert": approving.STATUS}
    page = browser.post(f"/conversations/{conversation_id}/composer", {**body, "language": "en"}).text
    text = re.search(r'<textarea id="reply-text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text
    words = text[1].replace("&#39;", "'")
    return {**body, "text": words, "reply_template": approving.STATUS}


def test_a_volunteer_sends_for_approval_and_is_told_so(desk: Desk) -> None:
    with db.transaction() as session:
        approving.volunteer(session, desk.cast.vera, approving.crisis(session, desk.cast))
    number = desk.conversation(language="en")
    vera = desk.browser(desk.cast.vera)
    assert "Send for approval" in vera.get(f"/conversations/{number}").text
    given = form(vera, number)
    given.pop("insert")
    facts = {"cancelled_until": 1, "next_update_at": 1}
    sent = vera.send(f"/conversations/{number}/deliveries", {**given, "seen_version": 1, "facts": facts})
    assert sent.status_code == 202, sent.text
    body: Any = sent.json
    assert body["delivery_id"] is None
    assert "Your reply waits for approval" in vera.get(f"/conversations/{number}/approval").text
    assert vera.json(f"/conversations/{number}/approval")["last"]["state"] == "waiting"


def test_the_queue_shows_question_and_exact_text(asked: Asked) -> None:
    bram = asked.desk.browser(asked.desk.cast.bram)
    page = bram.get("/approvals").text
    assert "Hi, flight ZZ123 is cancelled" in page
    assert asked.text.replace("'", "&#39;") in page
    assert "cancelled_until v1" in page
    assert asked.sha256 in page
    assert bram.json("/approvals")["count"] == 1
    assert '<div id="board"' in bram.get("/approvals", **{"HX-Request": "true", "HX-Target": "board"}).text


def test_one_yes_sends_it_and_a_second_is_told_who_was_first(asked: Asked) -> None:
    bram, dev = (asked.desk.browser(who) for who in (asked.desk.cast.bram, asked.desk.cast.dev))
    given = {"sha256": asked.sha256}
    assert bram.post(asked.path + "/yes", given).headers["Location"] == "/approvals"
    late = dev.post(asked.path + "/yes", given)
    assert late.status_code == 409
    assert "Bram approved this reply" in late.text
    assert "Nothing waits for you" in dev.get("/approvals").text


def test_a_mended_text_that_is_refused_stays_in_its_field(asked: Asked) -> None:
    bram = asked.desk.browser(asked.desk.cast.bram)
    given = {"sha256": asked.sha256, "text": f"{asked.text} Bye {{name}}"}
    refused = bram.post(asked.path + "/yes", given)
    assert refused.status_code == 422
    assert "Fill in {name} first." in refused.text
    assert "Bye {name}</textarea>" in refused.text
    assert bram.post(asked.path + "/yes", {**given, "text": asked.text + " Bye"}).status_code == 303
    assert "The approver mended it" in bram.get(asked.path).text


def test_a_returned_reply_tells_its_author_why(asked: Asked) -> None:
    bram, vera = (asked.desk.browser(who) for who in (asked.desk.cast.bram, asked.desk.cast.vera))
    why = {"sha256": asked.sha256, "reason": "She asks about her bag."}
    assert bram.post(asked.path + "/return", {**why, "reason": ""}).status_code == 400
    assert bram.post(asked.path + "/return", why).status_code == 303
    told = vera.get(f"/conversations/{asked.conversation_id}/approval").text
    assert "She asks about her bag." in told
    assert asked.text.replace("'", "&#39;") in vera.get(f"/conversations/{asked.conversation_id}").text


def test_something_new_ends_it_with_the_reason(asked: Asked) -> None:
    with db.transaction() as session:
        factories.arrives(session, session.get_one(Conversation, asked.conversation_id), "Never mind!")
    bram = asked.desk.browser(asked.desk.cast.bram)
    answer = bram.post(asked.path + "/yes", {"sha256": asked.sha256})
    assert answer.status_code == 409
    assert "wrote again" in answer.text
    assert "It expired; its author has the text back." in answer.text
    told = asked.desk.browser(asked.desk.cast.vera).get(f"/conversations/{asked.conversation_id}/approval")
    assert "Something new arrived in the conversation." in told.text


def test_an_author_takes_theirs_back_and_nobody_elses(asked: Asked) -> None:
    bram, vera = (asked.desk.browser(who) for who in (asked.desk.cast.bram, asked.desk.cast.vera))
    assert bram.post(asked.path + "/withdrawal").status_code == 403
    assert vera.post(asked.path + "/withdrawal").status_code == 303
    assert vera.post(asked.path + "/withdrawal").status_code == 409


@pytest.mark.parametrize(("name", "status"), [("vera", 403), ("olga", 403), ("carla", 404), ("amina", 200)])
def test_who_may_look(asked: Asked, name: str, status: int) -> None:
    browser = asked.desk.browser(asked.desk.cast.named(name))
    assert browser.get(asked.path).status_code == status
    given = {"sha256": asked.sha256}
    assert browser.post(asked.path + "/yes", given).status_code == {200: 303}.get(status, status)


def test_a_stranger_sees_nothing(asked: Asked) -> None:
    stranger = asked.desk.stranger()
    assert stranger.get("/approvals").status_code == 302
    assert stranger.post(asked.path + "/yes", data={"sha256": asked.sha256}).status_code == 401
    assert asked.desk.browser(asked.desk.cast.bram).get("/approvals/999").status_code == 404
