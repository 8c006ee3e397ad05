"""What an agent types by hand is on record as stated: by every road, in force at that time, unless denied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import corrected, factories, outgoing
from tests.approving import crisis, volunteer, yes
from tests.corrected import one
from tests.factories import Cast
from tests.outgoing import Reply
from tests.services.conftest import Clock
from webcare.domain.rights import Who
from webcare.models import Conversation, Event, Fact, FactVersion, MessageFact
from webcare.queries import conversations
from webcare.services import approvals, correction_drafting, corrections, delivery, drafting, facts, outbox
from webcare.services.corrections import Start
from webcare.services.delivery import Submission, SubmittedRow
from webcare.services.drafting import DraftText
from webcare.services.reply_findings import read

KEY = "rebook_policy"
SAID = {"en": "rebooking is free until 30 April", "nl": "omboeken is gratis tot en met 30 april"}
BY_HAND = "Hi Eve, until 30/4 you can change your ticket free of charge. ^AM"
IN_DUTCH = "Hoi Eve, tot 30 april kun je gratis omboeken. ^AM"


@pytest.fixture
def activation_id(session: Session, cast: Cast) -> int:
    """Put the ash playbook in force with one fact about rebooking and one about time."""
    number = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, number, KEY, said=SAID)
    factories.fact(session, cast.amina, number, "cancelled_until", said=dict.fromkeys(("en", "nl"), "Friday"))
    return number


def send(session: Session, who: Who, of: Conversation, words: str = BY_HAND, **more: Any) -> SubmittedRow:
    return delivery.submit(session, who, Submission(of.id, of.version, uuid4().hex, words, **more))


def stated(session: Session, row: SubmittedRow) -> dict[str, int]:
    """Return what a message is on record for."""
    asked = (
        select(Fact.key, FactVersion.version)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .join(MessageFact, MessageFact.fact_version_id == FactVersion.id)
        .where(MessageFact.message_id == row.message_id)
    )
    return {row.key: row.version for row in session.execute(asked)}


def event(session: Session, of: Conversation) -> dict[str, Any]:
    asked = select(Event.data).where(Event.verb == "submitted", Event.noun_id == of.id)
    return dict(session.execute(asked).scalar_one())


@pytest.mark.parametrize("words", [SAID["en"], BY_HAND, IN_DUTCH])
def test_words_typed_by_hand_are_on_record(
    session: Session, cast: Cast, thread: Conversation, activation_id: int, words: str
) -> None:
    assert activation_id
    assert stated(session, send(session, cast.amina, thread, words)) == {KEY: 1}
    assert (event(session, thread)["facts"], event(session, thread)["linked"]) == ({}, {KEY: 1})


def test_words_about_nothing_are_linked_to_nothing(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    assert activation_id
    row = send(session, cast.amina, thread, "I look at your ticket now, Eve. Which day suits you? ^AM")
    assert stated(session, row) == {}


def test_the_version_in_force_counts_and_a_chip_is_not_counted_twice(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    factories.fact(session, cast.amina, activation_id, KEY, said=SAID, source="revenue")
    words = f"{SAID['en']}, so you rebook for free until 30 April. ^AM"
    assert stated(session, send(session, cast.amina, thread, words, facts={KEY: 2})) == {KEY: 2}
    assert event(session, thread)["linked"] == {}


def test_the_author_says_no_it_is_not_and_that_is_on_record(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    assert activation_id
    row = send(session, cast.amina, thread, not_stated={KEY: 1})
    assert stated(session, row) == {}
    assert event(session, thread)["not_stated"] == {KEY: 1}


def test_a_no_about_an_older_version_says_nothing_of_the_new_one(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    factories.fact(session, cast.amina, activation_id, KEY, said=SAID, source="revenue")
    assert stated(session, send(session, cast.amina, thread, not_stated={KEY: 1})) == {KEY: 2}


def test_what_is_written_shows_its_links_before_it_is_sent(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    assert activation_id
    (link,) = read(session, cast.amina, thread.id, (BY_HAND, None, {})).linked
    assert (link.key, link.version, link.is_denied) == (KEY, 1, False)
    assert all(0 < start < end <= len(BY_HAND) for start, end in link.spans)
    (denied,) = read(session, cast.amina, thread.id, (BY_HAND, None, {}), {KEY: 1}).linked
    assert denied.is_denied


def test_what_an_approver_makes_of_a_reply_is_linked_as_it_leaves(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    number = crisis(session, cast)
    volunteer(session, cast.vera, number)
    factories.fact(session, cast.amina, number, KEY, said=SAID)
    asked = send(session, cast.amina, thread, "Your money is back tomorrow, guaranteed. ^AM", asks_lead=True)
    given = yes(session, asked.approval_id, BY_HAND)
    assert KEY in stated(session, approvals.approve(session, cast.dev, given))


PASSED = f"Your money is back tomorrow, guaranteed. {BY_HAND}"


@pytest.mark.parametrize(("mended", "is_linked"), [(None, False), (f"{PASSED} ^DE", True)])
def test_the_authors_no_holds_for_the_authors_words_only(
    session: Session, cast: Cast, thread: Conversation, mended: str | None, is_linked: bool
) -> None:
    number = crisis(session, cast)
    factories.fact(session, cast.amina, number, KEY, said=SAID)
    asked = send(session, cast.amina, thread, PASSED, asks_lead=True, not_stated={KEY: 1})
    said = replace(yes(session, asked.approval_id, mended), override_reason="Finance rang: it is sent")
    assert (KEY in stated(session, approvals.approve(session, cast.dev, said))) is is_linked


def test_a_no_is_there_again_when_the_draft_is_opened_again(
    session: Session, cast: Cast, thread: Conversation, activation_id: int
) -> None:
    assert activation_id
    written = DraftText(thread.id, BY_HAND, not_stated={KEY: 1})
    drafting.save(session, cast.amina, written)
    draft = conversations.one(session, cast.amina, thread.id).draft
    assert draft is not None
    assert draft.not_stated == {KEY: 1}


def begun(session: Session, row: SubmittedRow, of: Conversation) -> bool:
    """Let a worker take the reply and begin; return whether it may leave."""
    session.execute(text("UPDATE deliveries SET state = 'sent' WHERE id <> :id"), {"id": row.delivery_id})
    session.execute(text("UPDATE deliveries SET not_before = clock_timestamp() - interval '1 s'"))
    key = one(session, "SELECT key FROM messages WHERE id = :id", id=row.message_id)
    reply = Reply(row.delivery_id or 0, row.message_id or 0, of.id, of.inbox_id, key)
    assert outbox.claim(session, "w1", 20) == [reply.delivery_id]
    return outbox.begin(session, reply.delivery_id, "w1") is not None


def test_a_linked_fact_that_is_taken_back_holds_a_reply_that_has_not_left(
    session: Session, cast: Cast, activation_id: int, time: Clock
) -> None:
    of = factories.conversation(session, cast.team_id, inbox_id=outgoing.inbox(session))
    row = send(session, cast.amina, of)
    time.forward(seconds=5)
    facts.retract(session, cast.dev, activation_id, KEY, "revenue said otherwise")
    assert not begun(session, row, of)


def test_what_a_lead_lets_pass_is_on_record_and_leaves(
    session: Session, cast: Cast, activation_id: int, time: Clock
) -> None:
    assert activation_id
    of = factories.conversation(session, cast.team_id, inbox_id=outgoing.inbox(session))
    time.forward(hours=13)
    row = send(session, cast.dev, of, f"{SAID['en']}. ^DV", override_reason="Revenue renews it tonight")
    assert stated(session, row) == {KEY: 1}
    assert begun(session, row, of)


def test_the_correction_run_lists_exactly_who_was_told_by_hand(
    session: Session, cast: Cast, activation_id: int, time: Clock
) -> None:
    words = (BY_HAND, IN_DUTCH, "I look at your ticket now, Eve. ^AM", "Omboeken doe ik graag voor je. ^AM")
    talks = [factories.conversation(session, cast.team_id, language="nl") for _ in words]
    for each, said in zip(talks, words, strict=True):
        send(session, cast.amina, each, said)
    session.execute(text("UPDATE deliveries SET state = 'sent'"))
    time.forward(minutes=1)
    facts.retract(session, cast.dev, activation_id, KEY, "revenue said otherwise")
    run = corrections.start(session, cast.dev, Start(activation_id, KEY, 1))
    while correction_drafting.batch(session, 7):
        pass
    drafted = corrected.texts(session, run)
    assert set(drafted) == {talks[0].id, talks[1].id}
    assert all("gratis" in each for each in drafted.values())
