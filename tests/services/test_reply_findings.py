"""A template's own words are not held against the agent; what an agent adds to them is."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare.models import Conversation
from webcare.services import drafting, reply_findings

PROMISE = "You will be home tomorrow before 12:00, guaranteed."
KEY = "volc.reply.status"


@pytest.fixture
def filled(session: Session, cast: Cast, thread: Conversation) -> drafting.Suggested:
    at = factories.activated(session, cast.dev).id
    for key, words in (("cancelled_until", "Friday 12:00 CEST"), ("next_update_at", "18:00 CEST")):
        factories.fact(session, cast.amina, at, key, said={"en": words, "nl": words})
    return drafting.suggest(session, cast.amina, thread.id, KEY, "en")


def blocked(session: Session, cast: Cast, of: Conversation, text: str, facts: dict[str, int]) -> set[str]:
    found = reply_findings.look(session, cast.amina, of.id, (text, KEY, facts))
    return {each.name for each in found if each.severity == "block"}


def test_the_template_as_it_is_passes(
    session: Session, cast: Cast, thread: Conversation, filled: drafting.Suggested
) -> None:
    assert filled.unfilled == ()
    assert blocked(session, cast, thread, filled.text, filled.facts) == set()


@pytest.mark.parametrize("where", ["before", "between", "behind", "in a gap"])
def test_a_promise_added_to_a_template_is_found_wherever_it_stands(
    session: Session, cast: Cast, thread: Conversation, filled: drafting.Suggested, where: str
) -> None:
    text = filled.text
    text = {
        "before": f"{PROMISE} {text}",
        "between": text.replace("Shall I look", f"{PROMISE} Shall I look"),
        "behind": f"{text} {PROMISE}",
        "in a gap": text.replace("ZZ123", f"ZZ123 is late. {PROMISE} It"),
    }[where]
    assert PROMISE in text
    assert "unbacked_promise" in blocked(session, cast, thread, text, filled.facts)


def test_words_before_a_template_that_begins_at_once_are_the_agents(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev)
    asked = "Please check before I book: ZZ482, 20 April, AMS 09:55. Is every name, date and airport right?"
    for text, names in ((asked, set()), (f"{PROMISE} {asked}", {"unbacked_promise"})):
        found = reply_findings.look(session, cast.amina, thread.id, (text, "volc.rebook.readback", {}))
        assert {each.name for each in found if each.severity == "block"} == names
