"""Joining takes one page and one post; the team page shows who is on shift and sends people home."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import approving
from tests.views.conftest import Browser, Desk
from webcare import db, security

FORM = {
    "name": "Wim de Boer",
    "initials": "WB",
    "email": "wim@example.org",
    "password": "a kettle on the moor",
    "languages": ["nl", "de"],
    "code": "1",
    "has_read_card": "true",
}


@pytest.fixture(autouse=True)
def _open(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("show", "join"):
        monkeypatch.setitem(security.OPEN, f"volunteers.{name}", "a one-time join link; the token is the key")


@pytest.fixture
def number(desk: Desk) -> int:
    with db.transaction() as session:
        return approving.crisis(session, desk.cast)


def links(desk: Desk, number: int, count: int = 1) -> list[str]:
    page = desk.browser(desk.cast.dev).post(f"/activations/{number}/join-links", {"count": str(count)})
    assert page.status_code == 201
    found = re.findall(r"/join/[\w-]{43}", page.text)
    assert len(found) == count
    return found


def test_a_stranger_joins_in_one_post_and_is_in(desk: Desk, number: int) -> None:
    link = links(desk, number)[0]
    stranger = desk.stranger()
    page = stranger.get(link).text
    assert "Ash over the hub" in page
    assert "Sign with your initials." in page
    assert "What never" in page
    answer = stranger.post(link, data=FORM)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/shifts/mine")
    mine = stranger.get("/shifts/mine").text
    assert "0 of 5" in mine
    assert "I take a break" in mine
    assert stranger.get("/conversations").status_code == 200
    assert stranger.get("/volunteers").status_code == 403
    assert desk.stranger().get(link).status_code == 404
    assert desk.stranger().post(link, data=FORM).status_code == 404


def test_a_refused_form_keeps_what_was_typed_but_the_password(desk: Desk, number: int) -> None:
    link = links(desk, number)[0]
    stranger = desk.stranger()
    refused = stranger.post(link, data={**FORM, "password": "short"})
    assert refused.status_code == 400
    assert 'value="Wim de Boer"' in refused.text
    assert "short" not in refused.text.replace("too short", "").replace("A short", "").replace("a short", "")
    unread = {name: value for name, value in FORM.items() if name != "code"}
    refused = stranger.post(link, data=unread)
    assert refused.status_code == 422
    assert "accept it first" in refused.text
    assert stranger.post(link, data=FORM).status_code == 303


def test_the_team_page_shows_shift_trust_and_buddy(desk: Desk, number: int) -> None:
    stranger = desk.stranger()
    stranger.post(links(desk, number)[0], data=FORM)
    dev = desk.browser(desk.cast.dev)
    found = dev.json("/volunteers")["volunteers"][0]
    assert (found["name"], found["languages"], found["unchanged"]) == ("Wim de Boer", ["nl", "de"], 0)
    page = dev.get("/volunteers").text
    assert "0 of 5" in page
    path = f"/volunteers/{found['agent_id']}/buddy"
    assert dev.post(path, {"buddy_id": str(desk.cast.bram.agent_id)}).status_code == 303
    assert dev.json("/volunteers")["volunteers"][0]["buddy_name"] == "Bram"
    assert dev.post(f"/shifts/{found['agent_id']}/end").status_code == 303
    assert stranger.get("/conversations").status_code == 302
    assert dev.post(f"/shifts/{found['agent_id']}/end").status_code == 409


def test_a_shift_of_ones_own(desk: Desk) -> None:
    amina = desk.browser(desk.cast.amina)
    assert "You are not on shift." in amina.get("/shifts/mine").text
    assert amina.post("/shifts/mine/beginning").status_code == 303
    assert amina.post("/shifts/mine/break").status_code == 303
    assert "You are on a break." in amina.get("/shifts/mine").text
    assert amina.post("/shifts/mine/return").status_code == 303
    home = amina.post("/shifts/mine/end")
    assert home.headers["Location"] == "/sign-in"
    assert amina.get("/shifts/mine").status_code == 302


@pytest.mark.parametrize("name", ["amina", "vera", "olga"])
def test_only_leads_invite_and_manage(desk: Desk, number: int, name: str) -> None:
    browser: Browser = desk.browser(desk.cast.named(name))
    assert browser.post(f"/activations/{number}/join-links", {"count": "1"}).status_code == 403
    assert browser.get("/volunteers").status_code == 403
    assert browser.post(f"/shifts/{desk.cast.amina.agent_id}/end").status_code == 403
    assert browser.get("/volunteers/card").status_code == 200


def test_too_many_links_at_once_are_refused(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    assert dev.post(f"/activations/{number}/join-links", {"count": "51"}).status_code == 400
    made: Any = dev.send(f"/activations/{number}/join-links", {"count": 2}).json
    assert len({link for link in made["links"] if "/join/" in link}) == 2
