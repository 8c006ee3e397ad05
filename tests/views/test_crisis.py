"""Activations and facts on the screen: one form, one confirmation, a second person for telephone numbers."""

from __future__ import annotations

import pytest

from tests import factories
from tests.views.conftest import Desk
from webcare import clock, db
from webcare.queries import activations, facts
from webcare.queries.facts import FactRow

FORM = {
    "playbook": "volcanic-ash",
    "reason": "Ash over the hub since six",
    "severity": "3",
    "mode": "real",
    "next_update_minutes": "45",
}


def activation(desk: Desk) -> int:
    with db.transaction() as session:
        return factories.activated(session, desk.cast.dev).id


def fact_of(kind: str) -> FactRow:
    with db.transaction() as session:
        return next(row for row in facts.board(session, clock.now()) if row.kind == kind)


def test_nothing_changes_before_the_confirmation_says_what_will(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    assert "Activate a playbook" in dev.get("/activations/new").text
    confirm = dev.post("/activations", FORM)
    assert confirm.status_code == 200
    assert "This will change" in confirm.text
    assert "Every open conversation is triaged again" in confirm.text
    assert "No automatic receipt is sent." in confirm.text
    assert " legal, medical or self-harm texts are samples" in confirm.text
    assert dev.json("/activations")["running"] == []
    made = dev.post("/activations", {**FORM, "confirmed": "true"})
    assert made.headers["Location"] == "/activations/1"


def test_a_first_receipt_is_switched_on_by_the_form_and_said_before(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    confirm = dev.post("/activations", {**FORM, "receipt": "true"}).text
    assert "gets one automatic first receipt" in confirm
    assert 'name="receipt" value="true"' in confirm
    dev.post("/activations", {**FORM, "receipt": "true", "confirmed": "true"})
    dev.post("/activations", {**FORM, "mode": "rehearsal", "confirmed": "true"})
    with db.transaction() as session:
        rehearsal, real = activations.running(session)
    assert (real.options, rehearsal.options) == ({"receipt": True}, {"speed": 1.0})


def test_an_active_crisis_stands_on_every_page_and_a_rehearsal_is_striped(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    dev.post("/activations", {**FORM, "confirmed": "true"})
    dev.post("/activations", {**FORM, "mode": "rehearsal", "confirmed": "true"})
    for address in ("/conversations", "/facts", "/alerts", "/ledger", "/activations", "/help/keys"):
        page = dev.get(address).text
        assert "banner-crisis" in page
        assert "banner-rehearsal" in page


def test_the_crisis_room_runs_the_first_hour(desk: Desk) -> None:
    number = activation(desk)
    dev, amina = desk.browser(desk.cast.dev), desk.browser(desk.cast.amina)
    room = dev.json(f"/activations/{number}")
    step, role = room["steps"][0]["key"], room["roles"][0]["key"]
    assert amina.post(f"/activations/{number}/steps", {"step": step}).status_code == 303
    given = {"role": role, "agent_id": str(desk.cast.amina.agent_id), "deputy_id": ""}
    assert dev.post(f"/activations/{number}/roles", given).status_code == 303
    assert dev.post(f"/activations/{number}/next-update", {"minutes": "30"}).status_code == 303
    page = dev.get(f"/activations/{number}").text
    assert "✓ Amina" in page
    assert 'data-until="' in page
    assert f"<b>{room['roles'][0]['title']['en']}</b>: Amina" in page


def test_a_phase_moves_with_its_criteria_or_with_a_reason(desk: Desk) -> None:
    number = activation(desk)
    dev = desk.browser(desk.cast.dev)
    assert dev.post(f"/activations/{number}/phase", {"phase": "stabilise"}).status_code == 422
    moved = {"phase": "stabilise", "override_reason": "The airspace opened"}
    assert dev.post(f"/activations/{number}/phase", moved).status_code == 303
    found = dev.json(f"/activations/{number}")["activation"]
    assert found["phase"] == "stabilise"


def test_a_fact_is_entered_with_its_source_and_shows_on_the_board(desk: Desk) -> None:
    number, fact = activation(desk), fact_of("status")
    browser = desk.browser(desk.cast.amina)
    said = {"said_en": "Closed until <18:00>", "said_nl": "Dicht tot <18:00>", "source": "bulletin 14"}
    entry = {"activation_id": str(number), "key": fact.key, "status": "confirmed", **said}
    assert browser.post("/facts", {**entry, "source": ""}).status_code == 400
    assert browser.post("/facts", entry).status_code == 303
    board = browser.get("/facts").text
    assert "Closed until &lt;18:00&gt;" in board
    assert "bulletin 14" in board
    assert "Closed until" in browser.get(f"/facts/{number}/{fact.key}").text


def test_a_telephone_number_needs_a_second_person(desk: Desk) -> None:
    number, fact = activation(desk), fact_of("contact")
    with db.transaction() as session:
        factories.fact(session, desk.cast.amina, number, fact.key)
    verification = f"/facts/{number}/{fact.key}/verification"
    amina, bram = desk.browser(desk.cast.amina), desk.browser(desk.cast.bram)
    assert "needs a second person" in amina.get("/facts").text
    assert amina.post(verification).status_code == 422
    assert "I verify this" in bram.get("/facts").text
    assert bram.post(verification).status_code == 303
    assert "I verify this" not in bram.get("/facts").text


def test_a_retracted_fact_says_why_and_locks_its_replies(desk: Desk) -> None:
    number, fact = activation(desk), fact_of("status")
    with db.transaction() as session:
        factories.fact(session, desk.cast.amina, number, fact.key)
    browser = desk.browser(desk.cast.amina)
    path = f"/facts/{number}/{fact.key}/retraction"
    assert browser.post(path, {"why": "the bulletin was withdrawn"}).status_code == 303
    assert "the bulletin was withdrawn" in browser.get("/facts").text


def test_the_shelf_says_which_fact_a_reply_waits_for(desk: Desk) -> None:
    activation(desk)
    number = desk.conversation(urgency=3, language="en")
    page = desk.browser(desk.cast.amina).get(f"/conversations/{number}").text
    assert "is not on the desk yet; ask the fact keeper for it." in page
    assert 'data-replaces="This replaces what you wrote. Go on?" disabled' in page


def test_a_template_is_filled_in_without_sending_anything(desk: Desk) -> None:
    activation(desk)
    number = desk.conversation(urgency=3, language="en")
    browser = desk.browser(desk.cast.amina)
    shelf = browser.get(f"/conversations/{number}").text
    key = shelf.split('name="insert" value="')[1].split('"')[0]
    form = {
        "seen_version": "1",
        "client_token": "x" * 20,
        "text": "old words",
        "insert": key,
        "language": "nl",
    }
    page = browser.post(f"/conversations/{number}/composer", form)
    assert page.status_code == 200
    assert f'name="reply_template" value="{key}"' in page.text
    assert "old words</textarea>" not in page.text


@pytest.mark.parametrize(
    "address", ["/activations/999", "/facts/1/nothing", "/facts/999999999999999999999/x"]
)
def test_what_is_not_there_is_said_plainly(desk: Desk, address: str) -> None:
    assert desk.browser(desk.cast.dev).get(address).status_code == 404
