"""The page of a rehearsal shows stopwatch, injects and score; leads throw and hold; others are surprised."""

from __future__ import annotations

import pytest

from tests import factories
from tests.views.conftest import Desk
from webcare import db
from webcare.queries import activations


@pytest.fixture
def rehearsal(desk: Desk) -> str:
    with db.transaction() as session:
        row = factories.activated(session, desk.cast.dev, mode="rehearsal", options={"speed": 2})
    return f"/rehearsals/{row.id}"


def test_a_lead_sees_what_is_to_come_and_throws_it(desk: Desk, rehearsal: str) -> None:
    lead = desk.browser(desk.cast.dev)
    page = lead.get(rehearsal).text
    assert "data-stopwatch" in page
    assert "not enough to score" in page
    assert "Somebody threatens the people at a desk" in page
    assert lead.post(f"{rehearsal}/injects/threat/throw").status_code == 303
    thrown = {each["key"]: each["state"] for each in lead.json(rehearsal)["injects"]}
    assert thrown == {"rumour": "waiting", "wrong_fact": "waiting", "leak": "waiting", "threat": "open"}
    assert lead.post(f"{rehearsal}/injects/threat/throw").status_code == 409


def test_for_everybody_else_it_is_a_surprise(desk: Desk, rehearsal: str) -> None:
    agent = desk.browser(desk.cast.amina)
    assert agent.json(rehearsal)["injects"] == []
    assert "Somebody threatens" not in agent.get(rehearsal).text
    for verb in ("throw", "hold", "mark"):
        body = {"held": "true"} if verb == "hold" else {"words": "The pressroom denied it."}
        answer = agent.post(f"{rehearsal}/injects/rumour/{verb}", {} if verb == "throw" else body)
        assert answer.status_code == 403


def test_it_is_held_let_go_and_marked_in_words(desk: Desk, rehearsal: str) -> None:
    lead = desk.browser(desk.cast.dev)
    lead.post(f"{rehearsal}/injects/rumour/hold", {"held": "true"})
    assert "held back by Dev" in lead.get(rehearsal).text
    lead.post(f"{rehearsal}/injects/rumour/hold", {"held": "false"})
    lead.post(f"{rehearsal}/injects/rumour/throw")
    assert lead.post(f"{rehearsal}/injects/rumour/mark", {"words": "short"}).status_code == 400
    lead.post(f"{rehearsal}/injects/rumour/mark", {"words": "The pressroom denied it on its page."})
    page = lead.get(rehearsal).text
    assert "met in 0:0" in page
    assert "The pressroom denied it on its page." in page


def test_after_the_end_the_report_stays(desk: Desk, rehearsal: str) -> None:
    lead = desk.browser(desk.cast.dev)
    lead.post(f"{rehearsal}/injects/threat/throw")
    number = rehearsal.rpartition("/")[2]
    assert lead.post(f"/activations/{number}/stand-down", {"reason": "practised enough"}).status_code == 303
    page = lead.get(rehearsal).text
    assert "This is the report." in page
    assert "never thrown" in page
    assert "Throw now" not in page
    assert "data-stopwatch" not in page
    assert lead.post(f"{rehearsal}/injects/leak/throw").status_code == 409


def test_a_real_activation_has_the_same_report_without_injects(desk: Desk, rehearsal: str) -> None:
    lead = desk.browser(desk.cast.dev)
    with db.transaction() as session:
        real = factories.activated(session, desk.cast.dev, "strike").id
    page = lead.get(f"/activations/{real}/report")
    assert page.status_code == 200
    assert "Where the score comes from" in page.text
    assert "Stopwatch" not in page.text
    assert lead.get(f"/rehearsals/{real}").headers["Location"] == f"/activations/{real}/report"
    number = rehearsal.rpartition("/")[2]
    assert lead.get(f"/activations/{number}/report").headers["Location"] == rehearsal


@pytest.mark.parametrize(
    "path", ["/rehearsals/999999", "/rehearsals/99999999999999999999", "/activations/0/report"]
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser(desk.cast.dev).get(path).status_code == 404


def test_a_stranger_sees_nothing(desk: Desk, rehearsal: str) -> None:
    stranger = desk.stranger()
    assert "/sign-in" in stranger.get(rehearsal).headers["Location"]
    assert stranger.post(f"{rehearsal}/injects/leak/throw").status_code in {303, 401, 403}


def test_a_rehearsal_takes_its_speed_and_seed_from_the_form(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    wanted = {
        "playbook": "volcanic-ash",
        "reason": "Ash over the hub",
        "severity": "2",
        "mode": "rehearsal",
        "speed": "5",
        "seed": "42",
    }
    page = dev.post("/activations", wanted).text
    assert 'name="speed" value="5.0"' in page
    assert dev.post("/activations", {**wanted, "confirmed": "true"}).status_code in (302, 303)
    with db.transaction() as session:
        (row,) = activations.running(session)
    assert (row.options["speed"], row.options["seed"]) == (5.0, 42)
    assert dev.post("/activations", {**wanted, "speed": "1000"}).status_code == 400
