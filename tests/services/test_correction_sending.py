"""Notices leave only approved, only while they are true, and never in front of everybody else."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import corrected
from tests.corrected import KEY, Mistake
from tests.factories import Cast
from webcare.queries import corrections as rows
from webcare.services import correction_drafting, correction_sending, corrections, facts


def test_a_change_during_the_run_stops_it_until_it_is_drafted_anew(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 9)
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.approve(session, cast.dev, run)
    assert correction_sending.batch(session, 4) == 4
    corrected.right(session, cast.dev, wrong, said={"en": "Thursday 06:00", "nl": "donderdag 06:00"})
    session.execute(text("UPDATE deliveries SET state = 'sent'"))
    assert correction_sending.batch(session, 4) == 0
    found = rows.one(session, run)
    assert (found.state, found.approved_by) == ("ready", None)
    corrections.redraft(session, cast.dev, run)
    while correction_drafting.batch(session):
        pass
    assert rows.tally(session, run).drafted == 5
    said = corrected.texts(session, run).values()
    assert sum("hursday 06:00" in each or "donderdag" in each for each in said) == 5


def test_renewed_with_the_same_words_nothing_has_changed(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 2)
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    facts.renew(session, cast.dev, wrong.activation_id, KEY)
    corrected.approve(session, cast.dev, run)
    assert correction_sending.batch(session) == 2
    newest = corrected.versions(session, wrong)[0]
    rests = "SELECT count(*) FROM message_facts WHERE fact_version_id = :v"
    assert corrected.one(session, rests, v=newest) == 2


def test_a_correction_leaves_the_conversation_where_it_is(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.approve(session, cast.dev, run)
    correction_sending.batch(session)
    asked = "SELECT DISTINCT state, waiting_since, assignee_id, version FROM conversations WHERE inbox_id=:i"
    assert session.execute(text(asked), {"i": inbox}).all() == [("waiting", None, None, 2)]
    sent = session.execute(
        text(
            "SELECT m.agent_id, m.approved_by, m.activation_id, m.is_automatic, d.state FROM messages m"
            " JOIN deliveries d ON d.message_id = m.id WHERE m.client_token = :token"
        ),
        {"token": f"correction:{run}"},
    ).all()
    assert sent == [(cast.dev.agent_id, cast.dev.agent_id, wrong.activation_id, False, "queued")] * 3


def test_nothing_leaves_without_approval(session: Session, cast: Cast, wrong: Mistake, inbox: int) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    corrected.drafted(session, cast.dev, wrong.start)
    assert correction_sending.batch(session) == 0
    session.execute(text("UPDATE corrections SET state = 'sending'"))
    assert correction_sending.batch(session) == 0


def test_replies_are_not_held_up_behind_a_long_run(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 9)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.approve(session, cast.dev, run)
    assert [correction_sending.batch(session, 4) for _ in range(2)] == [4, 0]
    assert rows.tally(session, run).sentence == "0 of 9 told, 4 on their way, 5 not sent yet"
