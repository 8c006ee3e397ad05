"""What a reply claims to state stands in it, word for word as the version in force has it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare.errors import Refused
from webcare.models import Conversation
from webcare.services import delivery, drafting
from webcare.services.delivery import Submission, SubmittedRow

KEY = "airspace_status"


@pytest.fixture
def at(session: Session, cast: Cast) -> int:
    return factories.activated(session, cast.dev).id


def enter(session: Session, cast: Cast, at: int, words: str) -> int:
    return factories.fact(session, cast.amina, at, KEY, said={"en": words, "nl": "dicht"}).version or 0


def send(
    session: Session, cast: Cast, of: Conversation, text: str, version: int | None = None
) -> SubmittedRow:
    stated = {} if version is None else {KEY: version}
    given = Submission(of.id, of.version, uuid4().hex, text, facts=stated)
    return delivery.submit(session, cast.amina, given)


def test_old_words_under_the_new_number_are_refused(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    enter(session, cast, at, "closed until 12:00 UTC")
    enter(session, cast, at, "closed until 18:00 UTC")
    said = f"'{KEY}' \\(version 2\\) but doesn't say its words; insert the fact again, or untick it"
    with pytest.raises(Refused, match=said):
        send(session, cast, thread, "The airspace is closed until 12:00 UTC.", 2)
    send(session, cast, thread, "The airspace is closed until 18:00 UTC.", 2)


@pytest.mark.parametrize(
    "text",
    [
        "Closed  until\n18:00 UTC, sorry. ^AM",
        "It is (closed until 18:00 utc), we fear",
        "Het luchtruim is DICHT.",
        "closed\u00a0until 18:00 UTC",
    ],
)
def test_line_breaks_case_and_language_are_the_agents(
    session: Session, cast: Cast, thread: Conversation, at: int, text: str
) -> None:
    send(session, cast, thread, text, enter(session, cast, at, "closed until 18:00 UTC."))


@pytest.mark.parametrize(
    "what",
    [
        ("8:00", "Open from 18:00."),
        ("10", "Open at 10:30."),
        ("open", "It will be reopened."),
        ("5", "1.5 h"),
    ],
)
def test_a_part_of_other_words_is_not_the_fact(
    session: Session, cast: Cast, thread: Conversation, at: int, what: tuple[str, str]
) -> None:
    version = enter(session, cast, at, what[0])
    with pytest.raises(Refused, match="doesn't say its words"):
        send(session, cast, thread, what[1], version)


def test_free_text_that_claims_nothing_is_free(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    enter(session, cast, at, "closed until 18:00 UTC")
    send(session, cast, thread, "We look at it now.")


def test_a_likely_fact_is_said_with_its_hedge_and_edited_around(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    for key in ("cancelled_until", "next_update_at"):
        factories.fact(session, cast.amina, at, key, status="likely")
    made = drafting.suggest(session, cast.amina, thread.id, "volc.reply.status", "en")
    assert "probably" in made.text
    given = Submission(
        thread.id, thread.version, "t", f"Sorry! {made.text} Take care.", made.key, facts=made.facts
    )
    delivery.submit(session, cast.amina, given)


def test_a_required_fact_cut_out_of_its_template_is_refused(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    for key in ("cancelled_until", "next_update_at"):
        factories.fact(session, cast.amina, at, key)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.reply.status", "en")
    text = made.text.replace("cancelled_until en", "tonight")
    with pytest.raises(Refused, match=r"'cancelled_until'.* or choose the template again"):
        delivery.submit(
            session, cast.amina, Submission(thread.id, thread.version, "t", text, made.key, made.facts)
        )


def test_a_fact_that_the_template_needs_but_never_says_need_not_be_said(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    for key in (KEY, "next_update_at"):
        factories.fact(session, cast.amina, at, key)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.nochange", "en")
    assert KEY in made.facts
    assert f"{KEY} en" not in made.text
    text = made.text
    for name in made.unfilled:
        text = text.replace(f"{{{name}}}", "flights")
    delivery.submit(
        session, cast.amina, Submission(thread.id, thread.version, "t", text, made.key, made.facts)
    )
