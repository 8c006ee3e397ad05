"""Promise 3: a template with an expired fact is not sent, by form or API, and the reason names the fact."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests import approving, factories
from tests.promises import acting
from tests.services.conftest import Clock
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db

pytestmark = pytest.mark.usefixtures("clean_redis")


@pytest.fixture
def talk(desk: Desk, provider: StandIn, time: Clock) -> int:
    """Return a conversation under an ash cloud whose facts were confirmed at this moment."""
    # In the past, because the outbox goes by the database's clock.
    time.at -= timedelta(hours=3)
    with db.transaction() as session:
        approving.crisis(session, desk.cast)
    return acting.hear(desk, acting.outlet(desk, provider), "Hi, is ZZ610 on Thursday going or not?")


@pytest.mark.parametrize("way", [acting.answer, acting.press], ids=["api", "screen"])
def test_a_template_leaves_while_its_facts_hold_and_not_after(
    desk: Desk, provider: StandIn, time: Clock, talk: int, way: Callable[..., Any]
) -> None:
    amina = desk.cast.amina
    filled = acting.fill(amina, talk, approving.STATUS)
    time.forward(minutes=61)
    refused = way(desk.browser(amina), talk, filled)
    assert refused.status_code == 422
    assert "&#39;cancelled_until&#39; expired" in refused.text.replace("'", "&#39;")
    assert acting.taken(provider) == []
    assert acting.rows("SELECT id FROM messages WHERE direction = 'outbound'") == []
    with db.transaction() as session:
        factories.fact(session, desk.cast.dev, _activation(), "cancelled_until")
        factories.fact(session, desk.cast.dev, _activation(), "next_update_at")
    sent = way(desk.browser(amina), talk, acting.fill(amina, talk, approving.STATUS))
    assert sent.status_code in {201, 303}, sent.text
    assert len(acting.taken(provider)) == 1


def test_a_reply_that_was_queued_before_its_fact_expired_stays_here(
    desk: Desk, provider: StandIn, time: Clock, talk: int
) -> None:
    amina = desk.cast.amina
    sent = acting.answer(desk.browser(amina), talk, acting.fill(amina, talk, approving.STATUS))
    assert sent.status_code == 201
    time.forward(minutes=61)
    assert acting.taken(provider) == []
    ((state, words),) = acting.rows("SELECT state, words FROM deliveries")
    assert (state, "'cancelled_until' expired" in words) == ("failed", True)


def _activation() -> int:
    return int(acting.rows("SELECT id FROM activations")[0][0])
