"""Who was told is listed by record, and each is written to in their language, honestly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import corrected, factories
from tests.corrected import Mistake
from tests.factories import Cast
from webcare.errors import Refused
from webcare.queries import correction_readers
from webcare.queries import corrections as rows
from webcare.services import correction_drafting, correction_sending, corrections


def test_exactly_those_are_listed_whom_a_message_that_left_told_this_version(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    told = corrected.tell(session, inbox, wrong.version_id, 20)
    perhaps = corrected.tell(session, inbox, wrong.version_id, 1, state="unknown", prefix="u")
    for state in ("queued", "failed", "sending"):
        corrected.tell(session, inbox, wrong.version_id, 2, state=state, prefix=state)
    corrected.right(session, cast.dev, wrong)
    newer = corrected.versions(session, wrong)[0]
    corrected.tell(session, inbox, newer, 5, prefix="new")
    # The same words typed by hand are no record, so they are not listed.
    factories.message(session, factories.conversation(session), "Until Tuesday 18:00", direction="outbound")
    run = corrected.drafted(session, cast.dev, wrong.start)
    listed = session.execute(
        text("SELECT message_id FROM correction_notices WHERE correction_id = :run"), {"run": run}
    )
    assert sorted(listed.scalars()) == sorted(told + perhaps)
    assert correction_readers.reach(session, wrong.version_id).conversations == 21


def test_one_notice_per_conversation_about_the_last_message_that_said_it(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    (first,) = corrected.tell(session, inbox, wrong.version_id, 1)
    talk = corrected.one(session, "SELECT conversation_id FROM messages WHERE id = :id", id=first)
    again = corrected.one(
        session,
        "INSERT INTO messages (conversation_id, inbox_id, direction, text, at, key) VALUES"
        " (:talk, :inbox, 'outbound', 'Still Tuesday 18:00', now(), 'k') RETURNING id",
        talk=talk,
        inbox=inbox,
    )
    session.execute(text("INSERT INTO message_facts VALUES (:id, :v)"), {"id": again, "v": wrong.version_id})
    session.execute(
        text(
            "INSERT INTO deliveries (message_id, inbox_id, state, not_before, created_at, changed_at)"
            " VALUES (:id, :inbox, 'sent', now(), now(), now())"
        ),
        {"id": again, "inbox": inbox},
    )
    corrected.retract(session, cast.dev, wrong)
    run = corrections.start(session, cast.dev, wrong.start)
    while correction_drafting.batch(session, 1):
        pass
    assert (
        corrected.one(session, "SELECT message_id FROM correction_notices WHERE correction_id = :r", r=run)
        == again
    )


def test_each_is_written_in_their_language_with_the_words_they_were_told(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    found = {row.language: row.sample.text for row in rows.languages(session, run)}
    assert set(found) == {"en", "nl"}
    assert found["en"].startswith('Correction. At 10:05 CET on 4 March we told you: "Tuesday 18:00".')
    assert 'it should be: "Wednesday 06:00"' in found["en"]
    assert found["nl"].startswith('Rectificatie. Om 10:05 CET op 4 maart schreven we je: "dinsdag 18:00".')
    assert "sorry" in found["nl"]
    assert "costs" not in found["en"]
    assert found["en"].endswith(f"^{cast.dev.initials}")


def test_while_nobody_knows_what_is_right_it_says_so(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    found = {row.language: row.sample.text for row in rows.languages(session, run)}
    assert found["en"].startswith("Hi Eve. Correction.")
    assert "We don't know yet what is right" in found["en"]
    assert "We weten nog niet wat wel klopt" in found["nl"]


def test_in_public_nobody_is_named(session: Session, cast: Cast, wrong: Mistake, inbox: int) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3, is_public=True)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    assert not [each for each in corrected.texts(session, run).values() if "Eve" in each]


def test_who_was_corrected_before_is_left_out_and_counted(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 4)
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.approve(session, cast.dev, run)
    correction_sending.batch(session)
    session.execute(text("UPDATE deliveries SET state = 'sent'"))
    assert corrections.close(session, cast.dev, run) == "closed"
    corrected.tell(session, inbox, wrong.version_id, 2, prefix="more")
    again = corrected.drafted(session, cast.dev, wrong.start)
    tally = rows.tally(session, again)
    assert (tally.skipped, tally.drafted, tally.of) == (4, 2, 2)


def test_what_leaves_after_the_list_was_made_joins_the_run(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.tell(session, inbox, wrong.version_id, 1, state="sending", prefix="late")
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    assert rows.tally(session, run).of == 3
    session.execute(
        text("UPDATE deliveries SET state = 'sent', changed_at = :now WHERE state = 'sending'"),
        {"now": rows.one(session, run).started_at + timedelta(seconds=3)},
    )
    assert correction_drafting.batch(session) == 1
    assert correction_drafting.batch(session) == 0
    assert rows.tally(session, run).of == 4


def test_where_nothing_can_be_sent_it_says_why(session: Session, cast: Cast, wrong: Mistake) -> None:
    narrow = factories.inbox(session, options={"max_length": 50}, name="Short words")
    gone = factories.inbox(session, name="Old mail")
    for each in (narrow, gone):
        corrected.tell(session, each, wrong.version_id, 1)
    session.execute(text("UPDATE inboxes SET closed_at = now() WHERE id = :id"), {"id": gone})
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    why = sorted(each.words for each in rows.whys(session, run))
    assert why[0].endswith("Short words sends 50 at most.")
    assert why[1] == "The inbox Old mail is closed."
    with pytest.raises(Refused, match="Nobody is left"):
        corrected.approve(session, cast.dev, run)
