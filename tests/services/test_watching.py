"""The stream as a whole is watched: a surge, a rumour, impersonators, personal data left in public."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import NotFound
from webcare.models import Alert, Conversation, Message
from webcare.services import hiding, watching


def pour(
    session: Session, of: Conversation, count: int, minutes_ago: float, intent: str = "status_info"
) -> None:
    """Write `count` messages at one moment of the past; as if triage had read them."""
    pouring = text(
        "WITH raw AS (INSERT INTO raw_events (inbox_id, dedupe_key, sha256, body, state)"
        " SELECT :inbox, gen_random_uuid()::text, ''::bytea, ''::bytea, 'read'"
        " FROM generate_series(1, :count) RETURNING id)"
        " INSERT INTO messages"
        " (conversation_id, inbox_id, direction, text, at, raw_event_id, intents, urgency)"
        " SELECT :of, :inbox, 'inbound', 'x', :at, id, ARRAY[:intent], 2 FROM raw"
    )
    at = clock.now() - timedelta(minutes=minutes_ago)
    values = {"inbox": of.inbox_id, "of": of.id, "at": at, "count": count, "intent": intent}
    session.execute(pouring, values)


def raised(session: Session) -> list[str]:
    return list(session.scalars(select(Alert.kind).order_by(Alert.id)))


@pytest.fixture(autouse=True)
def _empty(session: Session, cast: Cast) -> None:
    session.execute(text("DELETE FROM alerts"))
    session.execute(text("UPDATE messages SET at = at - interval '30 days'"))


def test_a_surge_is_said_once_per_quarter_of_an_hour(
    session: Session, thread: Conversation, time: Clock
) -> None:
    pour(session, thread, 60, minutes_ago=60)
    pour(session, thread, 40, minutes_ago=1)
    assert (watching.watch(session), watching.watch(session)) == (1, 0)
    said = session.scalars(select(Alert)).one()
    assert said.kind == "surge.detected"
    assert "40 messages in 5 min" in said.text
    assert "status_info 100%" in said.text


def test_a_busy_day_like_the_one_before_is_no_surge(session: Session, thread: Conversation) -> None:
    for ago in range(6, 66, 5):
        pour(session, thread, 30, minutes_ago=ago)
    pour(session, thread, 40, minutes_ago=1)
    assert watching.watch(session) == 0


def test_ten_of_one_rumour_and_three_impersonators(session: Session, thread: Conversation) -> None:
    pour(session, thread, 9, minutes_ago=10, intent="rumour")
    pour(session, thread, 3, minutes_ago=20, intent="spam_scam")
    assert (watching.watch(session), raised(session)) == (1, ["impersonator.reported"])
    pour(session, thread, 1, minutes_ago=2, intent="rumour")
    assert (watching.watch(session), raised(session)) == (1, ["impersonator.reported", "rumour.cluster"])


def test_personal_data_in_public_are_repeated_until_they_are_hidden(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    number = factories.message(session, thread, "my passport")
    exposing = "UPDATE messages SET is_public = true, intents = '{privacy_exposed}' WHERE id = :id"
    session.execute(text(exposing), {"id": number})
    assert (watching.watch(session), raised(session)) == (1, ["pii.public"])
    time.forward(minutes=11)
    assert watching.watch(session) == 1
    assert hiding.hide(session, cast.amina, number) == thread.id
    time.forward(minutes=11)
    assert watching.watch(session) == 0
    session.expire_all()
    found = session.get(Message, number)
    assert found is not None
    assert "Hidden on the channel by Amina" in found.notices[-1]


def test_only_public_messages_of_contacts_can_be_hidden(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(NotFound, match="no public message"):
        hiding.hide(session, cast.amina, factories.message(session, thread, "private"))
