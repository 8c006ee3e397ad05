"""Promise 12: a restart that nobody knows is said in words, never as an empty brace."""

from __future__ import annotations

from typing import Any

import pytest

from tests import broadcasting, factories
from tests.promises import acting
from tests.standin import StandIn
from tests.views.conftest import Desk
from webcare import db

pytestmark = pytest.mark.usefixtures("clean_redis")

NOBODY_KNOWS = {"en": "Nobody knows yet, including us", "nl": "Niemand weet dat nog, wij ook niet"}


@pytest.fixture
def activation(desk: Desk) -> int:
    """Return an ash cloud whose restart is entered as unknown."""
    with db.transaction() as session:
        number = broadcasting.laid(session, desk.cast)
        for key in ("doing", "action", "next_update_at"):
            factories.fact(session, desk.cast.amina, number, key)
    return number


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_reply_says_that_nobody_knows(
    desk: Desk, provider: StandIn, activation: int, language: str
) -> None:
    assert activation
    asked = {"en": "When do you fly again?", "nl": "Wanneer vliegen jullie weer?"}[language]
    talk = acting.hear(desk, acting.outlet(desk, provider), asked, language=language)
    filled = acting.fill(desk.cast.amina, talk, "volc.status.update")
    sent = acting.answer(desk.browser(desk.cast.amina), talk, filled)
    assert sent.status_code == 201, sent.text
    (words,) = acting.taken(provider)
    assert NOBODY_KNOWS[language] in words
    assert "{" not in words
    assert "  " not in words


def test_a_broadcast_and_the_public_page_say_it_too(desk: Desk, provider: StandIn, activation: int) -> None:
    acting.outlet(desk, provider, languages=["en", "nl"])
    text = broadcasting.update_text(activation)
    parts = {f"{name}_{code}": words for code, said in text.parts.items() for name, words in said.items()}
    assert text.next_update_at is not None
    at = text.next_update_at.isoformat()
    form: dict[str, Any] = {"kind": "update", "activation_id": activation, "next_update_at": at, **parts}
    dev = desk.browser(desk.cast.dev)
    where = dev.post("/broadcasts", form).headers["Location"]
    assert dev.post(f"{where}/submission", {"seen_version": "1"}).status_code == 303
    dev.post(f"{where}/approval", {"seen_version": "1"})
    public = " ".join(desk.stranger().get(f"/status?language={code}").text for code in ("en", "nl"))
    for words, found in ((said, said in public) for said in NOBODY_KNOWS.values()):
        assert found, words
    said = acting.taken(provider)
    assert len(said) == 2
    assert {code for code, words in NOBODY_KNOWS.items() if any(words in each for each in said)} == {
        "en",
        "nl",
    }
    assert "{" not in "".join(said)
