"""Replies that people found for themselves are offered as templates when they worked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import ASH, Cast
from webcare import clock
from webcare.models import Conversation, Delivery, Event
from webcare.queries.improvised import Improvised, good, snippet

NOW = clock.now()


@pytest.fixture
def cast(session: Session) -> Cast:
    return factories.cast(session)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def resolved(session: Session, cast: Cast, text: str, **values: Any) -> Conversation:
    """Lay a conversation that was answered in an hour and resolved in two; `values` go into the reply."""
    thread = factories.conversation(
        session, cast.team_id, at=at(0.5), state="resolved", intents=["documents_visa"]
    )
    given = {
        "direction": "outbound",
        "agent_id": cast.amina.agent_id,
        "at": at(1),
        "language": "en",
        **values,
    }
    number = factories.message(session, thread, text, **given)
    made = {"message_id": number, "inbox_id": thread.inbox_id, "state": "sent"}
    session.add(Delivery(**made, not_before=NOW, created_at=NOW, changed_at=NOW))
    happened(session, thread, "resolved", at(2))
    return thread


def happened(session: Session, thread: Conversation, verb: str, moment: datetime) -> None:
    session.add(Event(at=moment, verb=verb, noun="conversation", noun_id=thread.id, data={}))
    session.flush()


def found(session: Session, cast: Cast, hours: float = 27) -> list[str]:
    return [each.text for each in good(session, cast.dev, ASH, at(hours))]


def test_the_most_repeated_comes_first_whatever_the_name_and_number(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    resolved(session, cast, "The consulate opens at 9. ^AM")
    for name, hour in (("Eve", 9), ("eve", 10), ("Eve Example", 11)):
        resolved(session, cast, f"Hi {name}, the visa desk opens at {hour}. ^BR")
    rows = good(session, cast.dev, ASH, at(27))
    assert [each.count for each in rows][:1] == [2]
    assert rows[0].text == "Hi{name: {name}}, the visa desk opens at 11. ^{initials}"
    assert rows[0].intents == ("documents_visa",)


def test_what_was_reopened_or_is_younger_than_a_day_does_not_count(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    wrote_again = resolved(session, cast, "One")
    factories.message(session, wrote_again, "That is wrong", at=at(20))
    happened(session, resolved(session, cast, "Two"), "reopened", at(3))
    wrote_later = resolved(session, cast, "Three")
    factories.message(session, wrote_later, "Another question", at=at(26.5))
    resolved(session, cast, "Four").state = "open"
    session.flush()
    assert found(session, cast) == ["Three"]
    assert found(session, cast, hours=25) == []


def test_templates_receipts_and_failed_replies_are_left_out(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    resolved(session, cast, "From a template", reply_template="volc.visa", reply_template_version=1)
    resolved(session, cast, "A receipt", is_automatic=True)
    resolved(session, cast, "The desk", agent_id=None)
    resolved(session, cast, "Before it began", at=at(-1))
    failed = resolved(session, cast, "Never arrived")
    session.query(Delivery).filter(Delivery.inbox_id == failed.inbox_id).update({"state": "failed"})
    assert found(session, cast) == []


def test_only_who_sees_all_teams_reads_them(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    resolved(session, cast, "The visa desk is open")
    assert good(session, cast.amina, ASH, at(27)) == ()
    assert found(session, cast) == ["The visa desk is open"]


def test_what_is_personal_is_masked(session: Session, cast: Cast) -> None:
    factories.activated(session, cast.dev)
    resolved(session, cast, "Mail eve.example@example.com about booking K7PQ2M {x}")
    text = found(session, cast)[0]
    assert "eve.example" not in text
    assert "K7PQ2M" not in text
    assert "{" not in text


def test_the_offer_is_yaml_that_asks_for_what_is_missing() -> None:
    row = Improvised('Say: "yes"\n\nto # it. ^{initials}', "en", ("visa",), 2, NOW)
    (made,) = yaml.safe_load("replies:\n" + snippet(row, ("improvised.visa",)))["replies"]
    assert made["key"] == "improvised.visa2"
    assert made["texts"] == {"en": 'Say: "yes"\n\nto # it. ^{initials}\n', "nl": ""}
    assert (made["approved"], made["purpose"]) == (False, {"en": "", "nl": ""})
