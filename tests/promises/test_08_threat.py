"""Promise 8: a threat can't be assigned, has no reply button, and its evidence is kept with a hash."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests import factories
from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db

pytestmark = pytest.mark.usefixtures("clean_redis")

THREAT = "there is a package on zz233 that nobody checked, you'll see"


@pytest.fixture
def threat(desk: Desk, provider: StandIn) -> int:
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev, options={"receipt": True})
    return acting.hear(desk, acting.outlet(desk, provider), THREAT, language="en")


@pytest.mark.parametrize("name", ["amina", "bram", "vera"])
def test_it_has_no_owner_and_no_reply_button(desk: Desk, threat: int, name: str) -> None:
    browser = desk.browser(desk.cast.named(name))
    claimed = browser.send(f"/conversations/{threat}/assignment", {})
    assert claimed.status_code in {403, 404}
    page = browser.get(f"/conversations/{threat}")
    assert f"/conversations/{threat}/deliveries" not in page.text
    assert acting.rows("SELECT assignee_id FROM conversations") == [(None,)]


def test_nobody_answers_it_not_even_a_lead_and_not_the_desk_itself(
    desk: Desk, threat: int, provider: StandIn
) -> None:
    dev = desk.browser(desk.cast.dev)
    assert f"/conversations/{threat}/deliveries" not in dev.get(f"/conversations/{threat}").text
    for more in ({}, {"override_reason": "I want to calm them"}, {"asks_lead": True}):
        refused = acting.answer(dev, threat, "Please call us.", **more)
        assert (refused.status_code, "never answered from the desk" in acting.said(refused)) == (422, True)
    assert acting.taken(provider) == []


def test_the_exact_bytes_are_kept_with_their_hash(desk: Desk, threat: int) -> None:
    ((body, kept, number),) = acting.rows("SELECT body, sha256, conversation_id FROM evidence")
    assert json.loads(bytes(body))["text"] == THREAT
    assert bytes(kept) == hashlib.sha256(bytes(body)).digest()
    assert number == threat
    ((raw,),) = acting.rows("SELECT body FROM raw_events")
    assert bytes(raw) == bytes(body)
