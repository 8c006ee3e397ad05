"""A reply that needs a yes waits for exactly that yes: never the author's own, never for other words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import approval, asked, crisis, left, volunteer, written, yes
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Activation, Conversation, Delivery, Draft, Event, Message
from webcare.queries import approvals as rows
from webcare.queries import rules as queried_rules
from webcare.services import approval_requests, approvals, assignment, delivery, facts
from webcare.services.approvals import Decision

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def at(session: Session, cast: Cast) -> int:
    """Return an activation in which Vera helps."""
    number = crisis(session, cast)
    volunteer(session, cast.vera, number)
    return number


def verbs(session: Session, of: Conversation) -> list[str]:
    asked_for = select(Event.verb).where(Event.noun == "conversation", Event.noun_id == of.id)
    return list(session.scalars(asked_for.order_by(Event.id)))


def test_a_volunteers_reply_waits_and_keeps_the_claim(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    assert (made.message_id, made.delivery_id, made.is_waiting) == (None, None, True)
    assert left(session, thread) == 0
    kept = approval(session, made.approval_id)
    assert (kept.state, kept.approver, kept.activation_id) == ("waiting", "colleague", at)
    session.refresh(thread)
    assert (thread.state, thread.assignee_id, thread.version) == ("open", cast.vera.agent_id, 1)
    standing = rows.standing(session, cast.vera, thread.id)
    assert standing.last is not None
    assert (standing.last.state, standing.need.approver) == ("waiting", "colleague")
    assert verbs(session, thread) == ["claimed", "approval_asked"]


def test_a_yes_sends_exactly_this_text_in_the_authors_name(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    sent = approvals.approve(session, cast.bram, yes(session, made.approval_id))
    message = session.get_one(Message, sent.message_id)
    kept = approval(session, made.approval_id)
    assert (message.text, message.agent_id) == (kept.text, cast.vera.agent_id)
    assert (message.approved_by, kept.decided_by) == (cast.bram.agent_id, cast.bram.agent_id)
    assert (kept.state, kept.is_changed, kept.message_id) == ("approved", False, message.id)
    assert session.get_one(Delivery, sent.delivery_id).state == "queued"
    session.refresh(thread)
    assert (thread.state, thread.assignee_id) == ("waiting", None)
    assert verbs(session, thread)[-2:] == ["submitted", "approved"]
    assert at == message.activation_id


def test_nobody_approves_their_own_reply(session: Session, cast: Cast) -> None:
    urgent = factories.conversation(session, cast.team_id, urgency=0)
    author = cast.amina
    made = delivery.submit(session, author, delivery.Submission(urgent.id, 1, author.name, "Call 112 now."))
    with pytest.raises(NotAllowed, match="wrote this reply yourself"):
        approvals.approve(session, author, yes(session, made.approval_id))
    approvals.withdraw(session, author, made.approval_id or 0)
    assert left(session, urgent) == 0


def test_a_lead_alone_at_night_is_not_stuck(session: Session, cast: Cast) -> None:
    urgent = factories.conversation(session, cast.team_id, urgency=0)
    given = delivery.Submission(urgent.id, 1, "night", "Call 112 now.")
    assert not delivery.submit(session, cast.dev, given).is_waiting


@pytest.mark.parametrize("name", ["vera", "olga"])
def test_who_may_not_approve_does_not(
    session: Session, cast: Cast, thread: Conversation, at: int, name: str
) -> None:
    made = asked(session, cast.vera, thread)
    other = factories.agent(session, "Wim", cast.named(name).role, cast.team_id)
    with pytest.raises(NotAllowed):
        approvals.approve(session, other, yes(session, made.approval_id))
    with pytest.raises(NotAllowed):
        approvals.give_back(session, other, yes(session, made.approval_id), "no")
    with pytest.raises(NotFound):
        approvals.approve(session, cast.carla, yes(session, made.approval_id))
    assert left(session, thread) == 0


def test_a_lead_is_asked_where_the_playbook_asks_a_lead(session: Session, cast: Cast) -> None:
    urgent = factories.conversation(session, cast.team_id, urgency=0)
    made = delivery.submit(session, cast.amina, delivery.Submission(urgent.id, 1, "t", "Call 112 now."))
    with pytest.raises(NotAllowed, match="Ask a team lead"), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    assert approval(session, made.approval_id).state == "waiting"
    assert (rows.count(session, cast.bram), rows.count(session, cast.dev)) == (0, 1)
    approvals.approve(session, cast.dev, yes(session, made.approval_id))
    assert left(session, urgent) == 1


def test_only_the_text_that_was_read_is_approved(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    read = yes(session, made.approval_id)
    with pytest.raises(Conflict, match="not the one that you read"):
        approvals.approve(session, cast.bram, Decision(read.approval_id, "00" * 32))
    with pytest.raises(Conflict, match="not the one that you read"):
        approvals.approve(session, cast.bram, Decision(read.approval_id, "no hash"))
    with session.begin_nested() as nested:
        approval(session, made.approval_id).text += " And 500 euros."
        session.flush()
        with pytest.raises(Conflict, match="not the one that you read"):
            approvals.approve(session, cast.bram, read)
        nested.rollback()
    assert left(session, thread) == 0


def test_another_text_of_the_author_ends_the_first_question(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    first = asked(session, cast.vera, thread)
    read = yes(session, first.approval_id)
    second = asked(session, cast.vera, thread)
    old = approval(session, first.approval_id)
    assert (old.state, old.why) == ("expired", "The author wrote another text.")
    with pytest.raises(Conflict, match="expired"):
        approvals.approve(session, cast.bram, read)
    approvals.approve(session, cast.bram, yes(session, second.approval_id))
    assert left(session, thread) == 1


def test_of_two_approvers_one_wins(session: Session, cast: Cast, thread: Conversation, at: int) -> None:
    made = asked(session, cast.vera, thread)
    read = yes(session, made.approval_id)
    approvals.approve(session, cast.bram, read)
    with pytest.raises(Conflict, match=r"^Bram approved this reply just now"):
        approvals.approve(session, cast.amina, read)
    with pytest.raises(Conflict, match="Bram approved"):
        approvals.give_back(session, cast.amina, read, "too late")
    assert left(session, thread) == 1


def test_a_mended_text_leaves_and_is_marked(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    text = approval(session, made.approval_id).text
    sent = approvals.approve(session, cast.bram, yes(session, made.approval_id, f"{text}\nTake care. ^BR"))
    assert session.get_one(Message, sent.message_id).text.endswith("^BR")
    kept = approval(session, made.approval_id)
    assert (kept.is_changed, kept.text) == (True, text)
    assert at


def test_a_mended_text_passes_the_checks_too(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    text = approval(session, made.approval_id).text
    with pytest.raises(Refused, match=r"Fill in \{name\}"), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id, f"{text} Bye {{name}}"))
    assert (approval(session, made.approval_id).state, left(session, thread)) == ("waiting", 0)


def test_a_returned_reply_is_a_draft_again_with_its_reason(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    with pytest.raises(Refused, match="reason is empty"):
        approvals.give_back(session, cast.bram, yes(session, made.approval_id), " ")
    approvals.give_back(session, cast.bram, yes(session, made.approval_id), "She asked about her bag.")
    last = rows.standing(session, cast.vera, thread.id).last
    assert last is not None
    assert (last.state, last.why, last.decided_by_name) == ("returned", "She asked about her bag.", "Bram")
    draft = session.scalars(select(Draft).where(Draft.agent_id == cast.vera.agent_id)).one()
    assert (draft.text, draft.reply_template) == (last.text, last.reply_template)
    assert left(session, thread) == 0


def _newer(session: Session, cast: Cast, at: int) -> None:
    factories.fact(session, cast.amina, at, "cancelled_until", said={"en": "9", "nl": "9"})


def _stood_down(session: Session, at: int) -> None:
    session.execute(update(Activation).where(Activation.id == at).values(ended_at=clock.now()))
    queried_rules.forget(session)


MOVES: dict[str, tuple[Callable[[Session, Cast, int], Any], str]] = {
    "retracted": (
        lambda session, cast, at: facts.retract(session, cast.bram, at, "cancelled_until", "wrong"),
        "'cancelled_until' was retracted",
    ),
    "newer": (_newer, "'cancelled_until' has a newer version"),
    "over": (lambda session, _cast, at: _stood_down(session, at), "stood down"),
}


def test_something_new_in_the_conversation_ends_the_question(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    factories.arrives(session, thread)
    with pytest.raises(Conflict, match="wrote again"), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    assert approval_requests.watch(session) == 1
    kept = approval(session, made.approval_id)
    assert (kept.state, kept.why) == ("expired", "Something new arrived in the conversation.")
    assert (left(session, thread), at) == (0, kept.activation_id)


@pytest.mark.parametrize("move", sorted(MOVES))
def test_when_the_ground_moves_the_question_ends_and_nothing_leaves(
    session: Session, cast: Cast, thread: Conversation, at: int, move: str
) -> None:
    made = asked(session, cast.vera, thread)
    act, why = MOVES[move]
    act(session, cast, at)
    # At the very moment, before any clock has looked.
    with pytest.raises((Conflict, Refused)), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    assert approval_requests.watch(session) == 1
    kept = approval(session, made.approval_id)
    assert kept.state == "expired"
    assert why in kept.why
    assert session.scalars(select(Draft.text).where(Draft.agent_id == cast.vera.agent_id)).one() == kept.text
    assert left(session, thread) == 0
    assert approval_requests.watch(session) == 0


def test_an_expired_fact_ends_the_question(
    session: Session, cast: Cast, thread: Conversation, at: int, time: Clock
) -> None:
    made = asked(session, cast.vera, thread)
    assert approval_requests.watch(session) == 0
    time.forward(minutes=61)
    with pytest.raises(Refused, match="expired at"), session.begin_nested():
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    approval_requests.watch(session)
    assert approval(session, made.approval_id).why == "The fact 'cancelled_until' expired."


def test_the_claim_lasts_as_long_as_the_question(
    session: Session, cast: Cast, thread: Conversation, at: int, time: Clock
) -> None:
    made = asked(session, cast.vera, thread)
    for _ in range(4):
        time.forward(minutes=12)
        approval_requests.watch(session)
        assert assignment.expire(session) == 0
    approvals.withdraw(session, cast.vera, made.approval_id or 0)
    time.forward(minutes=21)
    approval_requests.watch(session)
    assert assignment.expire(session) == 1


def test_the_same_form_asks_once_and_is_not_answered_twice(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    given = written(session, cast.vera, thread)
    first = delivery.submit(session, cast.vera, given)
    again = delivery.submit(session, cast.vera, given)
    assert (again.approval_id, again.is_repeat, again.is_waiting) == (first.approval_id, True, True)
    sent = approvals.approve(session, cast.bram, yes(session, first.approval_id, "Mended. " + given.text))
    later = delivery.submit(session, cast.vera, given)
    assert (later.message_id, later.is_repeat) == (sent.message_id, True)
    assert left(session, thread) == 1


def test_an_author_who_left_or_may_not_see_it_any_more_does_not_answer(
    session: Session, cast: Cast, thread: Conversation, at: int
) -> None:
    made = asked(session, cast.vera, thread)
    thread.urgency = 1
    session.flush()
    with pytest.raises(Conflict, match="may not answer this conversation any more"):
        approvals.approve(session, cast.bram, yes(session, made.approval_id))
    assert left(session, thread) == 0
