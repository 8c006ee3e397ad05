"""Promise 5: in a safety incident all but six templates refuse, compliments too, and no receipt leaves."""

from __future__ import annotations

from functools import cache

import pytest

from tests import factories
from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db, playbooks
from webcare.queries.inboxes import InboxRow
from webcare.services import activation, receipts
from webcare.services.activation import Activate

SAFETY = "safety-incident"
SIX = {"safe.ack", "safe.family", "safe.onboard", "safe.press", "safe.airport", "safe.statement"}
SILENT = "allows only these replies"

pytestmark = pytest.mark.usefixtures("clean_redis")


@cache
def _templates() -> dict[str, str]:
    """Return every reply template that an agent could choose with this playbook and ash in force."""
    books = [playbooks.load(slug, playbooks.shipped()) for slug in (SAFETY, factories.ASH, "base")]
    return {each.key: next(iter(each.texts.root.values())) for book in books for each in book.replies}


@pytest.fixture
def inbox(desk: Desk, provider: StandIn) -> InboxRow:
    """Put the playbook in force beside an ash cloud that gives receipts, with every fact known."""
    dev = desk.cast.dev
    with db.transaction() as session:
        factories.activated(session, dev, options={"receipt": True})
        number = activation.activate(session, dev, Activate(SAFETY, "An accident", 3)).id
        for spec in playbooks.load(SAFETY, playbooks.shipped()).facts:
            factories.fact(session, desk.cast.amina, number, spec.key)
        factories.approve_texts(session, desk.cast.ada, SAFETY)
    return acting.outlet(desk, provider)


def _refusals(desk: Desk, talk: int) -> dict[str, str]:
    """Return by template what a lead, who needs nobody's yes, hears when they send it; '' when it left."""
    dev, heard = desk.browser(desk.cast.dev), {}
    for key in _templates():
        filled = acting.fill(desk.cast.dev, talk, key)
        sent = acting.answer(dev, talk, filled, is_anyway=True)
        heard[key] = acting.said(sent) if sent.status_code >= 400 else ""
    return heard


def test_all_but_six_templates_refuse(desk: Desk, inbox: InboxRow) -> None:
    talk = acting.hear(desk, inbox, "Was my sister on board? Her name is Ana Example.")
    heard = _refusals(desk, talk)
    assert len(heard) == len(_templates()) > 30
    assert {key for key, why in heard.items() if SILENT not in why} == SIX
    for words in ("Thank you for your kind words!", "We are looking into this.", "Yes."):
        assert SILENT in acting.said(acting.answer(desk.browser(desk.cast.dev), talk, words, is_anyway=True))


def test_a_compliment_is_not_answered_on_the_screen_either(desk: Desk, inbox: InboxRow) -> None:
    talk = acting.hear(desk, inbox, "You are all doing great, thank you!")
    refused = acting.press(desk.browser(desk.cast.dev), talk, acting.fill(desk.cast.dev, talk, "volc.thanks"))
    assert refused.status_code == 422
    assert SILENT in refused.text


def test_no_receipt_leaves_not_even_one_that_was_queued_before(desk: Desk, provider: StandIn) -> None:
    dev = desk.cast.dev
    inbox = acting.outlet(desk, provider)
    with db.transaction() as session:
        factories.activated(session, dev, options={"receipt": True})
    acting.hear(desk, inbox, "When does ZZ610 go?", by="before")
    with db.transaction() as session:
        receipts.give(session, 10)
        activation.activate(session, dev, Activate(SAFETY, "An accident", 3, options={"receipt": True}))
    acting.hear(desk, inbox, "Is everybody safe?", by="after")
    assert acting.taken(provider) == []
    ((state, words),) = acting.rows("SELECT state, words FROM deliveries")
    assert (state, SILENT in words) == ("failed", True)
