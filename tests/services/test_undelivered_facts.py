"""A reply whose facts were retracted or are over since it was written leaves no more; it says why."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import factories, outgoing
from tests.factories import Cast
from tests.outgoing import Reply, one
from tests.services.conftest import Clock
from webcare.domain.outcome import Outcome
from webcare.models import Conversation
from webcare.services import delivery, facts, outbox
from webcare.services.delivery import Submission
from webcare.services.outbox import Ready

pytestmark = pytest.mark.usefixtures("clean_database")
KEY = "airspace_status"


@dataclass(frozen=True)
class Said:
    """A reply that states version 1 of the fact, submitted by Amina."""

    of: Reply
    activation_id: int


@pytest.fixture
def said(session: Session, cast: Cast, thread: Conversation, time: Clock) -> Said:
    activation_id = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, activation_id, KEY)
    given = Submission(thread.id, thread.version, "t", f"It is {KEY} en.", facts={KEY: 1})
    made = delivery.submit(session, cast.amina, given)
    key = one(session, "SELECT key FROM messages WHERE id = :id", id=made.message_id)
    return Said(Reply(made.delivery_id, made.message_id, thread.id, thread.inbox_id, key), activation_id)


def begin(session: Session, of: Reply) -> Ready | None:
    """Claim the reply whenever it was due, and begin with it."""
    past = "UPDATE deliveries SET not_before = clock_timestamp() - interval '1 s'"
    session.execute(text(past))
    assert outbox.claim(session, "w1", 20) == [of.delivery_id]
    return outbox.begin(session, of.delivery_id, "w1")


def ended(session: Session, of: Reply, result: str) -> None:
    ready = begin(session, of)
    assert ready is not None
    outbox.record(session, ready, Outcome(1, result, "504"))  # type: ignore[arg-type]


def assert_held(session: Session, of: Reply, words: str, attempts: int = 0) -> None:
    row = outgoing.delivery(session, of)
    assert (row.state, row.words, row.claimed_by, row.lease_until) == ("failed", words, None, None)
    talk = one(session, "SELECT state, due_at FROM conversations WHERE id = :id", id=of.conversation_id)
    assert talk.state == "open"
    assert talk.due_at is not None
    assert one(session, "SELECT count(*) FROM alerts WHERE kind = 'delivery.failed'") == 1
    assert one(session, "SELECT count(*) FROM delivery_attempts") == attempts
    newest = "SELECT data->>'words' FROM events WHERE verb = 'failed' ORDER BY id DESC LIMIT 1"
    assert one(session, newest) == words


def test_what_was_retracted_after_submit_does_not_leave(
    session: Session, cast: Cast, said: Said, time: Clock
) -> None:
    facts.retract(session, cast.bram, said.activation_id, KEY, "wrong line")
    assert begin(session, said.of) is None
    words = f"The fact '{KEY}' was retracted at {time.at:%H:%M} UTC; write a new reply."
    assert_held(session, said.of, words)


def test_what_expires_while_it_waits_for_another_try_does_not_leave(
    session: Session, said: Said, time: Clock
) -> None:
    ended(session, said.of, "retry")
    time.forward(minutes=30)
    assert begin(session, said.of) is None
    words = f"The fact '{KEY}' expired at {time.at:%H:%M} UTC; write a new reply."
    assert_held(session, said.of, words, attempts=1)


def test_what_still_holds_leaves(session: Session, said: Said, time: Clock) -> None:
    ended(session, said.of, "retry")
    time.forward(minutes=29)
    assert begin(session, said.of) is not None


def test_a_renewal_in_the_same_words_keeps_it_going_until_that_is_taken_back(
    session: Session, cast: Cast, said: Said, time: Clock
) -> None:
    ended(session, said.of, "retry")
    time.forward(minutes=29)
    facts.renew(session, cast.bram, said.activation_id, KEY)
    time.forward(minutes=5)
    ready = begin(session, said.of)
    assert ready is not None
    outbox.record(session, ready, Outcome(2, "retry", "504"))
    facts.retract(session, cast.bram, said.activation_id, KEY, "wrong after all")
    assert begin(session, said.of) is None


def test_other_words_in_a_new_version_renew_nothing(
    session: Session, cast: Cast, said: Said, time: Clock
) -> None:
    time.forward(minutes=29)
    factories.fact(session, cast.amina, said.activation_id, KEY, said={"en": "open", "nl": "open"})
    time.forward(minutes=5)
    assert begin(session, said.of) is None


@pytest.mark.parametrize("result", ["unknown", "failed"])
def test_what_was_retracted_is_not_sent_again(
    session: Session, cast: Cast, said: Said, time: Clock, result: str
) -> None:
    ended(session, said.of, result)
    session.execute(text("DELETE FROM alerts"))
    facts.retract(session, cast.bram, said.activation_id, KEY, "wrong line")
    outbox.decide(session, cast.amina, said.of.delivery_id, "resend")
    words = f"The fact '{KEY}' was retracted at {time.at:%H:%M} UTC; write a new reply."
    assert_held(session, said.of, words, attempts=1)
    assert outbox.claim(session, "w1", 20) == []


def test_each_fact_that_fell_is_named(session: Session, cast: Cast, said: Said, time: Clock) -> None:
    factories.fact(session, cast.amina, said.activation_id, "area", valid_minutes=5)
    stating = "INSERT INTO message_facts SELECT :message, max(id) FROM fact_versions"
    session.execute(text(stating), {"message": said.of.message_id})
    over = time.forward(minutes=5)
    now = time.forward(minutes=5)
    facts.retract(session, cast.bram, said.activation_id, KEY, "wrong line")
    assert begin(session, said.of) is None
    assert outgoing.delivery(session, said.of).words == (
        f"The fact '{KEY}' was retracted at {now:%H:%M} UTC and the fact 'area' expired at {over:%H:%M} UTC;"
        " write a new reply."
    )


def test_saying_that_nobody_knows_does_not_expire(session: Session, said: Said, time: Clock) -> None:
    session.execute(text("UPDATE fact_versions SET status = 'unknown', verified_by = NULL"))
    time.forward(minutes=600)
    assert begin(session, said.of) is not None


def test_in_a_rehearsal_it_is_withheld_as_ever(session: Session, said: Said, time: Clock) -> None:
    rehearsed = "UPDATE conversations SET rehearsal_id = :activation WHERE id = :id"
    session.execute(text(rehearsed), {"activation": said.activation_id, "id": said.of.conversation_id})
    time.forward(minutes=600)
    assert begin(session, said.of) is None
    assert outgoing.delivery(session, said.of).state == "withheld"
