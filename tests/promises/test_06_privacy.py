"""Promise 6: a booking code with a surname is blocked in a public reply and allowed in a private one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk

pytestmark = pytest.mark.usefixtures("clean_redis")

WORDS = "Thank you, Ms Example: I have found booking K7PQ2M and I am looking for two seats together."


@pytest.mark.parametrize("way", [acting.answer, acting.press], ids=["api", "screen"])
def test_blocked_in_public_and_allowed_in_private(
    desk: Desk, provider: StandIn, way: Callable[..., Any]
) -> None:
    inbox = acting.outlet(desk, provider)
    dev = desk.browser(desk.cast.dev)
    public = acting.hear(desk, inbox, "Can you rebook us?", by="eve", public=True)
    private = acting.hear(desk, inbox, "Can you rebook us?", by="ana")
    assert acting.rows("SELECT is_public FROM conversations ORDER BY id") == [(True,), (False,)]
    for more in ({}, {"override_reason": "she asked for it in public"}, {"is_anyway": "1"}):
        refused = way(dev, public, WORDS, **more)
        assert refused.status_code == 422, refused.text
    assert acting.taken(provider) == []
    assert way(dev, private, WORDS).status_code in {201, 303}
    assert acting.taken(provider) == [WORDS]
