"""After a restore nothing leaves by itself: deploy/after-restore.sql hands every open reply to a person."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.orm import Session

from tests import outgoing
from tests.house.source import ROOT
from tests.outgoing import one
from webcare.services import outbox

SCRIPT = (ROOT / "deploy/after-restore.sql").read_text(encoding="utf-8")


def run(session: Session) -> None:
    # As psql does it: the whole script at once, over the session's own connection.
    raw = session.connection().connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    raw.execute(SCRIPT.encode())
    session.expire_all()


@pytest.mark.parametrize("state", ["queued", "retry_wait", "claimed", "sending"])
def test_a_reply_that_was_on_its_way_waits_for_a_person(session: Session, state: str) -> None:
    reply = outgoing.reply(session)
    one(
        session,
        "UPDATE deliveries SET state = :state, lease_until = now() - interval '1 hour', claimed_by = 'gone'"
        " WHERE id = :id RETURNING id",
        state=state,
        id=reply.delivery_id,
    )
    run(session)
    assert outbox.claim(session, "w1", 20) == []
    assert outbox.expire(session) == 0
    assert outgoing.delivery(session, reply).state == "unknown"
    talk = "SELECT state FROM conversations WHERE id = :id"
    assert one(session, talk, id=reply.conversation_id) == "open"


def test_a_reply_that_arrived_stays_as_it_is(session: Session) -> None:
    reply = outgoing.reply(session)
    one(session, "UPDATE deliveries SET state = 'sent' WHERE id = :id RETURNING id", id=reply.delivery_id)
    run(session)
    assert outgoing.delivery(session, reply).state == "sent"


def test_the_restore_stands_on_the_timeline_and_can_be_repeated(session: Session) -> None:
    run(session)
    run(session)
    assert one(session, "SELECT count(*) FROM events WHERE verb = 'restored'") == 2
