"""What nobody knows about is decided by one person, once, and stands on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import outgoing
from tests.outgoing import Reply, one
from webcare.domain.outcome import Outcome
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.services import outbox

pytestmark = pytest.mark.usefixtures("clean_database")


def who(session: Session, role: str = "agent", team_id: int | None = None) -> Who:
    return Who(outgoing.agent(session, "Amina", role), "Amina", "AM", role, team_id)


def ended(session: Session, result: str, **given: Any) -> Reply:
    reply = outgoing.reply(session, **given)
    outbox.claim(session, "w1", 20)
    ready = outbox.begin(session, reply.delivery_id, "w1")
    assert ready is not None
    outbox.record(session, ready, Outcome(1, result, "504"))  # type: ignore[arg-type]
    return reply


@pytest.mark.parametrize(
    ("decision", "state", "talk"),
    [("resend", "queued", "waiting"), ("mark_sent", "sent", "waiting"), ("give_up", "failed", "open")],
)
def test_a_person_decides(session: Session, decision: str, state: str, talk: str) -> None:
    reply = ended(session, "unknown")
    amina = who(session)
    outbox.decide(session, amina, reply.delivery_id, decision)  # type: ignore[arg-type]
    assert outgoing.delivery(session, reply).state == state
    assert one(session, "SELECT state FROM conversations WHERE id = :id", id=reply.conversation_id) == talk
    found = one(session, "SELECT agent_id, data->>'decision' FROM events WHERE verb = 'decided'")
    assert tuple(found) == (amina.agent_id, decision)


def test_a_resent_reply_is_a_new_attempt(session: Session) -> None:
    reply = ended(session, "unknown")
    outbox.decide(session, who(session), reply.delivery_id, "resend")
    outbox.claim(session, "w1", 20)
    ready = outbox.begin(session, reply.delivery_id, "w1")
    assert ready is not None
    assert ready.attempt_no == 2


def test_the_second_to_decide_hears_what_became_of_it(session: Session) -> None:
    reply = ended(session, "unknown")
    outbox.decide(session, who(session), reply.delivery_id, "mark_sent")
    with pytest.raises(Conflict, match="is sent now"):
        outbox.decide(session, who(session), reply.delivery_id, "resend")


def test_what_failed_may_be_sent_again_but_not_called_sent(session: Session) -> None:
    reply = ended(session, "failed")
    with pytest.raises(Conflict):
        outbox.decide(session, who(session), reply.delivery_id, "mark_sent")
    outbox.decide(session, who(session), reply.delivery_id, "resend")
    assert outgoing.delivery(session, reply).state == "queued"


def test_who_may_not_or_may_not_see_decides_nothing(session: Session) -> None:
    team = one(session, "INSERT INTO teams (name) VALUES ('Ground') RETURNING id")
    reply = ended(session, "unknown", team=team)
    with pytest.raises(NotAllowed):
        outbox.decide(session, who(session, "volunteer", team), reply.delivery_id, "mark_sent")
    for stranger, number in ((who(session), reply.delivery_id), (who(session, "lead"), 999_999)):
        with pytest.raises(NotFound):
            outbox.decide(session, stranger, number, "mark_sent")
    outbox.decide(session, who(session, "agent", team), reply.delivery_id, "mark_sent")


def test_who_wrote_again_stays_open_when_the_old_reply_is_settled(session: Session) -> None:
    reply = ended(session, "unknown")
    outgoing.message(session, reply.conversation_id, "inbound", "Hello?")
    outbox.decide(session, who(session), reply.delivery_id, "mark_sent")
    assert one(session, "SELECT state FROM conversations WHERE id = :id", id=reply.conversation_id) == "open"
