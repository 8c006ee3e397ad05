"""A reply is never sent twice without a person saying so, and none is lost silently."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import outgoing
from tests.outgoing import Reply, one
from webcare.domain.outcome import Outcome
from webcare.services import outbox, pauses
from webcare.services.outbox import Ready

pytestmark = pytest.mark.usefixtures("clean_database")


def begun(session: Session, of: Reply, worker: str = "w1") -> Ready:
    assert of.delivery_id in outbox.claim(session, worker, 20)
    ready = outbox.begin(session, of.delivery_id, worker)
    assert ready is not None
    return ready


def due_again(session: Session, of: Reply) -> None:
    session.execute(text("UPDATE deliveries SET not_before = now() WHERE id = :id"), {"id": of.delivery_id})
    session.execute(text("DELETE FROM pauses"))


def state(session: Session, of: Reply) -> str:
    return str(outgoing.delivery(session, of).state)


def over(session: Session, of: Reply) -> None:
    past = "UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 s' WHERE id = :id"
    session.execute(text(past), {"id": of.delivery_id})


def talk(session: Session, of: Reply) -> str:
    return str(one(session, "SELECT state FROM conversations WHERE id = :id", id=of.conversation_id))


@pytest.fixture
def reply(session: Session) -> Reply:
    return outgoing.reply(session)


def test_the_straight_way_ends_as_sent_with_the_providers_id(session: Session, reply: Reply) -> None:
    ready = begun(session, reply)
    assert (ready.outbound.message_id, ready.outbound.threading) == (reply.key, {"thread": "t-1"})
    assert state(session, reply) == "sending"
    assert outbox.record(session, ready, Outcome(1, "sent", "250 ok", "p-7"))
    row = outgoing.delivery(session, reply)
    assert (row.state, row.provider_id, row.words, row.lease_until) == ("sent", "p-7", "250 ok", None)
    assert one(session, "SELECT outcome FROM delivery_attempts WHERE ended_at IS NOT NULL") == "sent"
    assert one(session, "SELECT sent_at IS NOT NULL FROM messages WHERE id = :id", id=reply.message_id)
    assert one(session, "SELECT verb FROM events WHERE noun = 'delivery'") == "sent"


def test_what_one_worker_holds_no_other_can_begin(session: Session, reply: Reply) -> None:
    assert outbox.claim(session, "w1", 20) == [reply.delivery_id]
    assert outbox.claim(session, "w2", 20) == []
    assert outbox.begin(session, reply.delivery_id, "w2") is None
    assert outbox.begin(session, reply.delivery_id, "w1") is not None
    assert outbox.begin(session, reply.delivery_id, "w1") is None


def test_a_lease_about_to_end_is_not_used(session: Session, reply: Reply) -> None:
    outbox.claim(session, "w1", 20)
    session.execute(text("UPDATE deliveries SET lease_until = clock_timestamp() + interval '29 s'"))
    assert outbox.begin(session, reply.delivery_id, "w1") is None
    assert state(session, reply) == "queued"


def test_a_crash_while_sending_is_left_to_a_person(session: Session, reply: Reply) -> None:
    begun(session, reply)
    over(session, reply)
    assert outbox.expire(session) == 1
    assert (state(session, reply), talk(session, reply)) == ("unknown", "open")
    assert outbox.claim(session, "w2", 20) == []
    assert one(session, "SELECT kind FROM alerts") == "delivery.unknown"
    due = (
        "SELECT due_at <= now() + interval '1 s' AND waiting_since < now() FROM conversations WHERE id = :id"
    )
    assert one(session, due, id=reply.conversation_id)


def test_a_crash_before_sending_costs_nothing(session: Session, reply: Reply) -> None:
    outbox.claim(session, "w1", 20)
    over(session, reply)
    assert outbox.expire(session) == 1
    assert outbox.claim(session, "w2", 20) == [reply.delivery_id]


def test_a_late_yes_settles_what_was_unknown_and_a_late_no_does_not(session: Session, reply: Reply) -> None:
    ready = begun(session, reply)
    over(session, reply)
    outbox.expire(session)
    assert not outbox.record(session, ready, Outcome(1, "failed", "550"))
    assert outbox.record(session, ready, Outcome(1, "sent", "250", "p-1"))
    assert (state(session, reply), talk(session, reply)) == ("sent", "waiting")


def test_eight_failures_end_it_with_the_providers_words(session: Session, reply: Reply) -> None:
    for number in range(1, 9):
        assert state(session, reply) in {"queued", "retry_wait"}
        outbox.record(session, begun(session, reply), Outcome(number, "retry", f"451 busy {number}"))
        due_again(session, reply)
    row = outgoing.delivery(session, reply)
    assert (row.state, row.words, talk(session, reply)) == ("failed", "451 busy 8", "open")
    assert one(session, "SELECT count(*) FROM delivery_attempts") == 8


def test_a_failure_waits_before_it_is_due_again(session: Session, reply: Reply) -> None:
    outbox.record(session, begun(session, reply), Outcome(1, "retry", "451 busy"))
    assert state(session, reply) == "retry_wait"
    assert outbox.claim(session, "w1", 20) == []


def test_a_provider_that_asks_to_wait_is_left_alone_by_all(session: Session, reply: Reply) -> None:
    same, other = outgoing.reply(session, reply.inbox_id), outgoing.reply(session)
    assert set(outbox.claim(session, "w1", 20)) == {x.delivery_id for x in (reply, same, other)}
    ready = outbox.begin(session, reply.delivery_id, "w1")
    assert ready is not None
    outbox.record(session, ready, Outcome(1, "retry", "429", retry_after=600))
    assert 590 < pauses.left(session, pauses.of_inbox(reply.inbox_id)) <= 600
    assert outbox.begin(session, same.delivery_id, "w1") is None
    assert state(session, same) == "queued"
    assert outbox.begin(session, other.delivery_id, "w1") is not None
    assert outbox.claim(session, "w2", 20) == []


def test_waiting_as_asked_does_not_use_up_attempts(session: Session, reply: Reply) -> None:
    for number in range(1, 12):
        outbox.record(session, begun(session, reply), Outcome(number, "retry", "429", retry_after=1))
        due_again(session, reply)
    assert state(session, reply) == "retry_wait"


def test_five_failures_in_a_row_pause_the_inbox_and_say_so(session: Session) -> None:
    inbox = outgoing.inbox(session)
    for _ in range(5):
        assert pauses.left(session, pauses.of_inbox(inbox)) == 0
        outbox.record(
            session, begun(session, outgoing.reply(session, inbox)), Outcome(1, "retry", "no route")
        )
    assert 25 < pauses.left(session, pauses.of_inbox(inbox)) <= 30
    assert one(session, "SELECT count(*) FROM alerts WHERE kind = 'channel.failing'") == 1


def test_one_success_keeps_the_inbox_open(session: Session) -> None:
    inbox = outgoing.inbox(session)
    for result in ("retry", "retry", "sent", "retry", "retry", "retry"):
        outbox.record(session, begun(session, outgoing.reply(session, inbox)), Outcome(1, result))
    assert pauses.left(session, pauses.of_inbox(inbox)) == 0


def test_the_desks_switch_stops_claims_and_what_is_claimed(session: Session, reply: Reply) -> None:
    outbox.claim(session, "w1", 20)
    session.execute(text("UPDATE desk SET outbound_paused_at = now()"))
    assert outbox.begin(session, reply.delivery_id, "w1") is None
    assert outbox.claim(session, "w1", 20) == []
    session.execute(text("UPDATE desk SET outbound_paused_at = NULL"))
    assert outbox.claim(session, "w1", 20) == [reply.delivery_id]


def test_replies_of_one_conversation_leave_in_order(session: Session, reply: Reply) -> None:
    second = outgoing.deliver(session, outgoing.message(session, reply.conversation_id, "outbound"))
    assert outbox.claim(session, "w1", 20) == [reply.delivery_id]
    ready = outbox.begin(session, reply.delivery_id, "w1")
    assert ready is not None
    outbox.record(session, ready, Outcome(1, "sent"))
    assert outbox.claim(session, "w1", 20) == [second.delivery_id]


@pytest.mark.parametrize("where", ["conversation", "inbox", "channel"])
def test_a_rehearsal_ends_as_withheld_without_an_attempt(session: Session, where: str) -> None:
    running = outgoing.rehearsal(session)
    inbox = outgoing.inbox(
        session, "rehearsal" if where == "channel" else "email", running if where == "inbox" else None
    )
    reply = outgoing.reply(session, inbox, rehearsal=running if where == "conversation" else None)
    outbox.claim(session, "w1", 20)
    assert outbox.begin(session, reply.delivery_id, "w1", _explode) is None
    row = outgoing.delivery(session, reply)
    assert (row.state, row.words) == ("withheld", "Rehearsal: not sent to anyone.")
    assert one(session, "SELECT count(*) FROM delivery_attempts") == 0


def _explode(channel: str) -> str:
    raise AssertionError(f"the channel {channel} was asked for in a rehearsal")


def test_the_owner_may_choose_twice_rather_than_never(session: Session) -> None:
    reply = outgoing.reply(session, outgoing.inbox(session, at_least_once=True))
    first = begun(session, reply)
    outbox.record(session, first, Outcome(1, "unknown", "reset"))
    due_again(session, reply)
    second = begun(session, reply)
    assert second.outbound.message_id == first.outbound.message_id == reply.key
    over(session, reply)
    outbox.expire(session)
    assert state(session, reply) == "retry_wait"


@pytest.mark.parametrize("channel", ["email", "form"])
def test_no_other_channel_has_that_choice(session: Session, channel: str) -> None:
    reply = outgoing.reply(session, outgoing.inbox(session, channel, at_least_once=True))
    outbox.record(session, begun(session, reply), Outcome(1, "unknown", "reset"))
    assert state(session, reply) == "unknown"


def test_a_form_is_answered_by_the_mail_inbox_and_by_no_other(session: Session) -> None:
    mail = outgoing.inbox(session, "email")
    reply = outgoing.reply(session, outgoing.inbox(session, "form"))
    outbox.claim(session, "w1", 20)
    ready = outbox.begin(session, reply.delivery_id, "w1", lambda _: "email")
    assert ready is not None
    assert (ready.account_id, ready.inbox.channel) == (mail, "email")


def test_two_mail_inboxes_leave_the_choice_to_the_form(session: Session) -> None:
    outgoing.inbox(session, "email")
    mail = outgoing.inbox(session, "email")
    slug = one(session, "SELECT slug FROM inboxes WHERE id = :id", id=mail)
    named = outgoing.reply(session, outgoing.inbox(session, "form", reply_inbox=slug))
    unnamed = outgoing.reply(session, outgoing.inbox(session, "form"))
    outbox.claim(session, "w1", 20)
    found = [outbox.begin(session, each.delivery_id, "w1", lambda _: "email") for each in (named, unnamed)]
    assert [ready and ready.inbox.channel for ready in found] == ["email", "form"]


def test_a_providers_words_are_kept_on_one_line_and_masked(session: Session, reply: Reply) -> None:
    words = "550 no\r\nFORGED: line \u2028 4111 1111 1111 1111"
    outbox.record(session, begun(session, reply), Outcome(1, "failed", words))
    kept = outgoing.delivery(session, reply).words
    assert kept.isprintable()
    assert "4111 1111 1111 1111" not in kept
