"""Saving a draft answers with what was found in it: JSON for programs, its own part for the composer."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from tests import factories
from tests.views.conftest import Browser, Desk
from webcare import db
from webcare.domain.rights import Who

PROMISE = "Your money is back tomorrow before 12:00."
FREE = "Until 30/4 you can rebook for free."
PART = {"HX-Request": "true", "HX-Target": "checked"}


@pytest.fixture
def number(desk: Desk) -> int:
    """Return a conversation under the ash playbook, with a fact about rebooking in force."""
    with db.transaction() as session:
        at = factories.activated(session, desk.cast.dev).id
        said = {"en": "rebooking is free until 30 April", "nl": "omboeken is gratis tot 30 april"}
        factories.fact(session, desk.cast.amina, at, "rebook_policy", said=said)
    return desk.conversation()


@pytest.fixture
def browser(desk: Desk) -> Browser:
    return desk.browser(desk.cast.amina)


def kept(number: int, who: Who) -> str | None:
    with db.transaction() as session:
        asked = text("SELECT text FROM drafts WHERE conversation_id = :id AND agent_id = :who")
        found: str | None = session.execute(asked, {"id": number, "who": who.agent_id}).scalar()
        return found


def test_a_program_hears_what_was_found_in_what_it_saved(desk: Desk, browser: Browser, number: int) -> None:
    answer = browser.send(f"/conversations/{number}/draft", {"text": f"{PROMISE} {FREE}"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["ok"] is True
    (finding,) = [each for each in answer.json["findings"] if each["severity"] == "block"]
    assert finding["name"] == "unbacked_promise"
    assert PROMISE[finding["start"] : finding["end"]] == "is back tomorrow before 12:00"
    assert [(each["key"], each["version"]) for each in answer.json["linked"]] == [("rebook_policy", 1)]
    assert kept(number, desk.cast.amina) == f"{PROMISE} {FREE}"


def test_the_composer_gets_the_same_as_its_own_part(desk: Desk, browser: Browser, number: int) -> None:
    answer = browser.post(f"/conversations/{number}/draft", {"text": f"{PROMISE} {FREE}"}, **PART)
    assert answer.status_code == 200
    assert answer.text.count('class="finding finding-block"') == 1
    assert "linked: rebook_policy v1" in answer.text
    assert 'name="not_stated" value="rebook_policy=1">' in answer.text
    assert "<html" not in answer.text
    assert kept(number, desk.cast.amina) == f"{PROMISE} {FREE}"


def test_a_saved_draft_says_what_the_findings_say(browser: Browser, number: int) -> None:
    given = {"text": f"{PROMISE} {FREE}"}
    saved = browser.post(f"/conversations/{number}/draft", given, **PART).text
    assert saved == browser.post(f"/conversations/{number}/findings", given).text
    plain = browser.send(f"/conversations/{number}/findings", given).json
    assert plain
    assert set(plain) == {"findings", "linked"}
    again = browser.send(f"/conversations/{number}/draft", given).json
    assert again == {"ok": True, **plain}


def test_nothing_found_is_an_empty_part_and_an_empty_text_throws_the_draft_away(
    desk: Desk, browser: Browser, number: int
) -> None:
    path = f"/conversations/{number}/draft"
    assert browser.post(path, {"text": "A colleague looks at it now."}, **PART).text.strip() == ""
    assert kept(number, desk.cast.amina) is not None
    assert browser.send(path, {"text": " "}).json == {"ok": True, "findings": [], "linked": []}
    assert kept(number, desk.cast.amina) is None


def test_without_scripts_a_saved_draft_leads_back_to_the_page(browser: Browser, number: int) -> None:
    answer = browser.post(f"/conversations/{number}/draft", {"text": FREE})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/conversations/{number}")


def test_no_it_isnt_stays_ticked_and_sends_without_the_link(browser: Browser, number: int) -> None:
    given = {"text": FREE, "not_stated": "rebook_policy=1"}
    part = browser.post(f"/conversations/{number}/draft", given, **PART).text
    assert 'value="rebook_policy=1" checked>' in part
    form = {"seen_version": "1", "client_token": str(uuid4()), **given}
    assert browser.post(f"/conversations/{number}/deliveries", form).status_code == 303
    page = browser.json(f"/conversations/{number}")
    assert page["messages"][-1]["text"] == FREE
    assert page["messages"][-1]["facts"] == []


def test_a_refused_reply_keeps_the_no(browser: Browser, number: int) -> None:
    form = {"seen_version": "1", "client_token": str(uuid4()), "text": PROMISE}
    page = browser.post(f"/conversations/{number}/deliveries", {**form, "not_stated": "rebook_policy=1"})
    assert page.status_code == 422
    assert '<input type="hidden" name="not_stated" value="rebook_policy=1">' in page.text


def test_a_program_that_sends_free_text_leaves_it_on_record(browser: Browser, number: int) -> None:
    given = {"seen_version": 1, "client_token": str(uuid4()), "text": FREE}
    assert browser.send(f"/conversations/{number}/deliveries", given).status_code == 201
    (fact,) = browser.json(f"/conversations/{number}")["messages"][-1]["facts"]
    assert (fact["key"], fact["version"]) == ("rebook_policy", 1)


def test_who_may_not_see_it_can_neither_save_nor_ask(desk: Desk, number: int) -> None:
    for path in ("draft", "findings"):
        answer = desk.browser(desk.cast.carla).send(f"/conversations/{number}/{path}", {"text": FREE})
        assert answer.status_code == 404
