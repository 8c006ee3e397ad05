"""Ending an activation on the screen: criteria before the button, undo while young, the review noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from tests import factories
from tests.views.conftest import Browser, Desk
from webcare import clock, db

END: dict[str, Any] = {"reason": "The sky is clear", "help_stays_en": "Claims: example.com/claims"}


def activation(desk: Desk, **values: Any) -> int:
    with db.transaction() as session:
        return factories.activated(session, desk.cast.dev, **values).id


def criteria(browser: Browser, number: int) -> dict[str, Any]:
    return {each["key"]: each for each in browser.json(f"/activations/{number}/stand-down")["criteria"]}


def test_standing_down_asks_for_its_criteria_or_a_reason(desk: Desk) -> None:
    number, dev = activation(desk), desk.browser(desk.cast.dev)
    where = f"/activations/{number}/stand-down"
    page = dev.get(where).text
    assert "No U0, U1 or U2 is unread." in page
    assert "0 wait that nobody claimed" in page
    refused = dev.post(where, END)
    assert refused.status_code == 422
    assert "tick them, or say why you end it anyway" in refused.text
    every = [each["key"] for each in criteria(dev, number).values() if each["is_met"] is None]
    assert dev.post(where, {**END, "ticked": every}).status_code == 303
    room = dev.get(f"/activations/{number}").text
    assert "Stood down" in room
    assert "Claims: example.com/claims" in room
    assert "The last post" in room
    assert "banner-crisis" not in dev.get("/conversations").text


def test_open_criteria_are_passed_over_with_a_reason(desk: Desk) -> None:
    number, dev = activation(desk), desk.browser(desk.cast.dev)
    desk.conversation(urgency=1)
    assert criteria(dev, number)["urgent_read"]["figure"] == "1 wait that nobody claimed: 1 at U1"
    where = f"/activations/{number}/stand-down"
    assert dev.post(where, {**END, "override_reason": "The U1 is a test of ours"}).status_code == 303


@pytest.mark.parametrize("address", ["stand-down", "undo", "review"])
def test_only_a_lead_ends_it(desk: Desk, address: str) -> None:
    number = activation(desk)
    where = f"/activations/{number}/{address}"
    assert desk.browser(desk.cast.amina).post(where, END).status_code == 403
    assert desk.stranger().post(where, data=END).status_code in (302, 303, 400, 401, 403)


def test_a_young_activation_is_undone_as_one_action(desk: Desk) -> None:
    number, dev = activation(desk), desk.browser(desk.cast.dev)
    assert "Undo the activation" in dev.get(f"/activations/{number}").text
    assert dev.post(f"/activations/{number}/undo", {"reason": "It was a false alarm"}).status_code == 303
    assert "Undone" in dev.get(f"/activations/{number}").text
    assert ">undone</span>" in dev.get("/activations").text
    later = activation(desk)
    with freeze_time(clock.now() + timedelta(minutes=31), ignore=["redis"]):
        assert "Undo the activation" not in dev.get(f"/activations/{later}").text
        assert dev.post(f"/activations/{later}/undo", {"reason": "Too late now"}).status_code == 409


def test_the_review_is_noted_once(desk: Desk) -> None:
    number, dev = activation(desk, mode="rehearsal"), desk.browser(desk.cast.dev)
    assert dev.post(f"/activations/{number}/review").status_code == 409
    assert dev.post(f"/activations/{number}/stand-down", {"reason": "Practised enough"}).status_code == 303
    assert "The review was held" in dev.get(f"/activations/{number}").text
    assert dev.post(f"/activations/{number}/review").status_code == 303
    assert dev.post(f"/activations/{number}/review").status_code == 409
