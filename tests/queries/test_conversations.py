"""A conversation's page holds its messages, their deliveries and facts, drafts and events."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare.models import Conversation
from webcare.queries import conversations
from webcare.services import assignment, delivery, drafting, facts
from webcare.services.delivery import Submission
from webcare.services.drafting import DraftText


def test_a_page_shows_messages_oldest_first_with_what_became_of_the_reply(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    at = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, at, "airspace_status")
    given = Submission(thread.id, 1, "t", "airspace_status en", facts={"airspace_status": 1})
    delivery.submit(session, cast.amina, given)
    facts.retract(session, cast.amina, at, "airspace_status", "wrong line")
    factories.arrives(session, thread, "Thanks")
    page = conversations.one(session, cast.bram, thread.id)
    assert [each.direction for each in page.messages] == ["inbound", "outbound", "inbound"]
    reply = page.messages[1]
    assert reply.delivery is not None
    assert (reply.agent_initials, reply.delivery.state, reply.delivery.attempts) == ("AM", "queued", ())
    assert [(each.key, each.version, each.retracted_at is None) for each in reply.facts] == [
        ("airspace_status", 1, False)
    ]
    assert [each.verb for each in page.events] == ["submitted"]


def test_drafts_are_ones_own_and_the_colleagues(session: Session, cast: Cast, thread: Conversation) -> None:
    drafting.save(session, cast.amina, DraftText(thread.id, "first"))
    drafting.save(session, cast.amina, DraftText(thread.id, "second", facts={"a": 1}))
    drafting.save(session, cast.vera, DraftText(thread.id, "of Vera"))
    page = conversations.one(session, cast.amina, thread.id)
    assert page.draft is not None
    assert (page.draft.text, page.draft.facts) == ("second", {"a": 1})
    assert [(each.agent_name, each.text) for each in page.others] == [("Vera", "of Vera")]
    assert [each.verb for each in page.events] == ["drafted", "drafted"]
    drafting.discard(session, cast.amina, thread.id)
    assert conversations.one(session, cast.amina, thread.id).draft is None


def test_a_draft_is_a_sign_of_life(session: Session, cast: Cast, thread: Conversation) -> None:
    assignment.claim(session, cast.amina, thread.id)
    before = conversations.one(session, cast.amina, thread.id).row.claim_expires_at
    drafting.save(session, cast.amina, DraftText(thread.id, "first"))
    after = conversations.one(session, cast.amina, thread.id).row.claim_expires_at
    assert before is not None
    assert after is not None
    assert after > before


def test_a_long_thread_shows_its_newest_part(session: Session, cast: Cast, thread: Conversation) -> None:
    for number in range(conversations.SHOWN + 5):
        factories.message(session, thread, f"message {number}")
    page = conversations.one(session, cast.amina, thread.id)
    assert (len(page.messages), page.has_older_messages) == (conversations.SHOWN, True)
    assert page.messages[-1].text == f"message {conversations.SHOWN + 4}"
    older = conversations.messages(session, cast.amina, thread.id, before=page.messages[0].id)
    assert len(older) == 6
