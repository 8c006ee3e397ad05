"""What an activation covers is chosen on one form, said before it happens, and said wherever it shows."""

from __future__ import annotations

import pytest

from tests import factories
from tests.scoped import QUICK, SILENT, crises
from tests.views.conftest import Desk
from webcare import db
from webcare.domain.coverage import Coverage
from webcare.queries import activations

__all__ = ["crises"]
FORM = {
    "playbook": "volcanic-ash",
    "reason": "Ash over the hub since six",
    "severity": "2",
    "mode": "real",
}


def test_the_form_offers_open_inboxes_languages_and_labels_in_use(desk: Desk) -> None:
    desk.inbox("post", "webhook")
    desk.conversation(labels=["gold"])
    page = desk.browser(desk.cast.dev).get("/activations/new").text
    assert "What it covers" in page
    assert 'name="inboxes"' in page
    assert 'name="languages" value="nl"' in page
    assert "In use: gold." in page


def test_the_confirmation_says_what_it_covers_and_how_many_wait_there(desk: Desk) -> None:
    box = desk.inbox("post", "webhook")
    for language in ("nl", "und", "en"):
        desk.conversation(inbox_id=box.id, language=language)
    desk.conversation(language="nl")
    dev = desk.browser(desk.cast.dev)
    scope = {"inboxes": str(box.id), "languages": ["nl", "de"], "labels": ""}
    page = dev.post("/activations", {**FORM, **scope}).text
    assert "Covers: inbox Post, languages de, nl" in page
    assert "Elsewhere nothing changes." in page
    assert "Every open conversation that it covers is triaged again" in page
    assert "<dd>2<small>are triaged again</small>" in page
    assert f'name="inboxes" value="{box.id}"' in page
    assert 'name="languages" value="de"' in page
    assert activations_running() == 0


def activations_running() -> int:
    with db.transaction() as session:
        return len(activations.running(session))


def test_the_banner_and_the_crisis_room_say_what_it_covers(desk: Desk) -> None:
    box = desk.inbox("post", "webhook")
    dev = desk.browser(desk.cast.dev)
    scope = {"inboxes": str(box.id), "labels": "Gold, group tour"}
    assert dev.post("/activations", {**FORM, **scope, "confirmed": "true"}).status_code == 303
    words = "inbox Post, labels gold, group tour"
    for address in ("/conversations", "/facts", "/banners"):
        assert f"covers {words}" in dev.get(address).text
    for address in ("/activations", "/activations/1"):
        assert f"Covers: {words}" in dev.get(address).text
    room = dev.json("/activations/1")["activation"]
    assert room["scope"] == {"inboxes": [box.id], "labels": ["gold", "group tour"]}


def test_without_a_scope_it_covers_everything_and_says_so(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    assert "Covers: everything" in dev.post("/activations", FORM).text
    dev.post("/activations", {**FORM, "confirmed": "true"})
    assert "Covers: everything" in dev.get("/activations/1").text
    assert "covers everything" not in dev.get("/conversations").text


def test_programs_send_the_same_and_odd_scopes_are_refused_before_the_confirmation(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    body = {**FORM, "severity": 2, "languages": ["nl"], "labels": ["gold"]}
    assert dev.send("/activations", body).status_code == 201
    assert dev.json("/activations/1")["activation"]["scope"] == {"languages": ["nl"], "labels": ["gold"]}
    for odd in ({"languages": "Dutch!"}, {"labels": "<b>"}, {"inboxes": "999"}):
        assert dev.post("/activations", {**FORM, "playbook": "it-outage", **odd}).status_code == 422
    assert dev.post("/activations", {**FORM, "inboxes": "x"}).status_code == 400
    rehearsal = {**FORM, "mode": "rehearsal", "languages": "nl"}
    assert "A rehearsal has an inbox of its own" in dev.post("/activations", rehearsal).text


def test_a_conversation_shows_the_crises_that_cover_it_only(desk: Desk) -> None:
    number, other = desk.conversation(language="nl"), desk.conversation(language="en")
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev, scope=Coverage(languages=("nl",)))
    amina = desk.browser(desk.cast.amina)
    link = '<p><a href="/activations/1">'
    assert link in amina.get(f"/conversations/{number}").text
    assert link not in amina.get(f"/conversations/{other}").text


@pytest.mark.usefixtures("crises")
def test_overlapping_crises_are_named_where_they_meet(desk: Desk) -> None:
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev, QUICK)
        factories.activated(session, desk.cast.dev, SILENT, scope=Coverage(languages=("nl",)))
    page = desk.browser(desk.cast.dev).get("/activations/1").text
    assert "Where these overlap, the strictest counts:" in page
    assert "Replies hold" in page
