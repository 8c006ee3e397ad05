"""A reply is written once, checked at the last moment, and refused in words that name the obstacle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Conversation, Delivery, Draft, Event, Message, MessageFact
from webcare.queries import activations
from webcare.services import assignment, delivery, drafting, facts
from webcare.services.delivery import Submission
from webcare.services.drafting import DraftText

STATUS = "volc.reply.status"


def reply(of: Conversation, text: str = "We look at it now. ^AM", **values: Any) -> Submission:
    given = {"seen_version": of.version, "client_token": uuid4().hex, **values}
    return Submission(of.id, text=text, **given)


def test_a_reply_is_queued_and_the_conversation_waits(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    drafting.save(session, cast.amina, DraftText(thread.id, "We look"))
    made = delivery.submit(session, cast.amina, reply(thread))
    session.expire_all()
    assert (thread.state, thread.waiting_since, thread.due_at, thread.version) == ("waiting", None, None, 2)
    assert thread.assignee_id is None
    queued = session.get_one(Delivery, made.delivery_id)
    assert (queued.state, queued.attempt_no, queued.message_id) == ("queued", 0, made.message_id)
    assert session.get_one(Message, made.message_id).agent_id == cast.amina.agent_id
    assert session.scalars(select(Draft).where(Draft.conversation_id == thread.id)).all() == []
    left = select(Event.agent_id).where(Event.verb == "submitted", Event.noun_id == thread.id)
    assert session.scalars(left).all() == [cast.amina.agent_id]
    assert session.info["bells"] >= {"delivery"}


def test_a_double_click_sends_one(session: Session, cast: Cast, thread: Conversation) -> None:
    given = reply(thread)
    first = delivery.submit(session, cast.amina, given)
    second = delivery.submit(session, cast.amina, given)
    assert (second.message_id, second.delivery_id) == (first.message_id, first.delivery_id)
    assert (first.is_repeat, second.is_repeat) == (False, True)
    sent = select(func.count()).where(Message.conversation_id == thread.id, Message.direction == "outbound")
    assert session.execute(sent).scalar_one() == 1


def test_the_same_form_with_another_text_is_refused(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    delivery.submit(session, cast.amina, reply(thread, client_token="t"))
    with pytest.raises(Conflict, match="another text"):
        delivery.submit(session, cast.amina, reply(thread, "Something else", client_token="t"))


def test_a_stale_version_names_what_arrived(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    stale = reply(thread)
    delivery.submit(session, cast.bram, reply(thread))
    time.forward(seconds=3)
    factories.arrives(session, thread)
    time.forward(seconds=4)
    with pytest.raises(Conflict, match=r"^Eve Example wrote again 4 s ago\. Bram replied 7 s ago\."):
        delivery.submit(session, cast.amina, stale)


def test_who_has_read_it_may_send_anyway(session: Session, cast: Cast, thread: Conversation) -> None:
    stale = reply(thread, is_anyway=True)
    factories.arrives(session, thread)
    assert delivery.submit(session, cast.amina, stale).is_repeat is False


def test_what_a_colleague_claimed_is_theirs_until_the_claim_ends(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assignment.claim(session, cast.bram, thread.id)
    with pytest.raises(Conflict, match="Bram claimed this"):
        delivery.submit(session, cast.amina, reply(thread, is_anyway=True))
    time.forward(minutes=21)
    delivery.submit(session, cast.amina, reply(thread))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("   ", "empty"),
        ("Hi {name}, your flight {flight}", r"\{name\}, \{flight\}"),
        ("Hi {name", "loose brace"),
        ("x" * 10_001, "10000 is the most"),
        ("a\x00b", "can't be stored"),
    ],
)
def test_a_text_that_is_not_ready_is_refused(
    session: Session, cast: Cast, thread: Conversation, text: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        delivery.submit(session, cast.amina, reply(thread, text))


def test_who_does_not_send_is_told_so_and_a_volunteer_needs_a_template(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(NotAllowed, match="ask a colleague"):
        delivery.submit(session, cast.olga, reply(thread))
    with pytest.raises(NotAllowed, match="reply templates only"):
        delivery.submit(session, cast.vera, reply(thread))


def ready(session: Session, cast: Cast, thread: Conversation) -> Callable[[], Submission]:
    """Activate, enter what volc.reply.status needs, and return a maker of its submission."""
    at = factories.activated(session, cast.dev).id
    for key in ("cancelled_until", "next_update_at"):
        factories.fact(session, cast.amina, at, key)
    made = drafting.suggest(session, cast.amina, thread.id, STATUS, "nl")
    return lambda: reply(thread, made.text, reply_template=STATUS, facts=made.facts)


def test_a_template_leaves_with_the_versions_it_rests_on(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    given = ready(session, cast, thread)()
    assert given.text.startswith("Hoi Eve, ZZ123 gaat niet.")
    assert "cancelled_until nl" in given.text
    assert given.facts == {"cancelled_until": 1, "next_update_at": 1}
    made = delivery.submit(session, cast.amina, given)
    sent = session.get_one(Message, made.message_id)
    assert (sent.reply_template, sent.reply_template_version) == (STATUS, 1)
    assert sent.activation_id is not None
    stated = select(func.count()).where(MessageFact.message_id == made.message_id)
    assert session.execute(stated).scalar_one() == 2


def test_an_expired_fact_refuses_and_is_named(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    given = ready(session, cast, thread)()
    time.forward(minutes=61)
    with pytest.raises(Refused, match="'cancelled_until' expired at") as refused:
        delivery.submit(session, cast.amina, given)
    assert any("cancelled_until" in reason for reason in refused.value.reasons)


def test_a_missing_fact_refuses_and_is_named(session: Session, cast: Cast, thread: Conversation) -> None:
    factories.activated(session, cast.dev)
    with pytest.raises(Refused, match="'cancelled_until' is not on the desk yet"):
        delivery.submit(session, cast.amina, reply(thread, "Text", reply_template=STATUS))


def test_a_retracted_fact_refuses_at_once(session: Session, cast: Cast, thread: Conversation) -> None:
    given = ready(session, cast, thread)()
    facts.retract(session, cast.bram, _running(session), "cancelled_until", "wrong list")
    with pytest.raises(Refused, match=r"'cancelled_until' was retracted \(version 1\)"):
        delivery.submit(session, cast.amina, given)


def test_free_text_that_states_a_fact_refuses_with_it(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    activation_id = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, activation_id, "med_contact")
    given = reply(thread, "Call MED_CONTACT en.", facts={"med_contact": 1})
    with pytest.raises(Refused, match="'med_contact' was not confirmed by two different people"):
        delivery.submit(session, cast.amina, given)
    facts.verify(session, cast.bram, activation_id, "med_contact")
    delivery.submit(session, cast.amina, given)


def test_a_newer_version_refuses_the_text_written_with_the_old_one(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    given = ready(session, cast, thread)()
    factories.fact(session, cast.amina, _running(session), "cancelled_until", said={"en": "10", "nl": "10"})
    with pytest.raises(Refused, match=r"newer version \(2\); the reply was written with version 1"):
        delivery.submit(session, cast.amina, given)


def test_a_template_without_its_facts_versions_is_refused(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    given = ready(session, cast, thread)()
    bare = reply(thread, given.text, reply_template=STATUS)
    with pytest.raises(Refused, match="which version of 'cancelled_until'"):
        delivery.submit(session, cast.amina, bare)


def test_locked_wording_leaves_only_as_it_is(session: Session, cast: Cast, thread: Conversation) -> None:
    activation_id = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, activation_id, "complaint_route")
    factories.approve_texts(session, cast.ada)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.comp.position", "en")
    edited = made.text.replace("usually", "never", 1)
    assert made.is_locked
    assert edited != made.text
    shared = {"reply_template": made.key, "facts": made.facts}
    with pytest.raises(Refused, match=r"wording of 'volc\.comp\.position' is locked"):
        delivery.submit(session, cast.amina, reply(thread, edited, **shared))
    delivery.submit(session, cast.amina, reply(thread, made.text, **shared))


def test_a_locked_sentence_inside_a_reply_stays_word_for_word(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    factories.activated(session, cast.dev)
    factories.approve_texts(session, cast.ada)
    made = drafting.suggest(session, cast.amina, thread.id, "volc.rebook.offer", "en")
    assert set(made.unfilled) >= {"options", "offer_expires_at"}
    text = made.text.replace("{options}", "ZZ482 at 09:55").replace("{offer_expires_at}", "18:00 CET")
    text = text.replace("{mid_journey}", "")
    shared = {"reply_template": made.key, "facts": made.facts}
    with pytest.raises(Refused, match=r"'rights\.choice' is locked"):
        delivery.submit(session, cast.amina, reply(thread, text.replace("7 days", "9 days"), **shared))
    delivery.submit(session, cast.amina, reply(thread, text, **shared))


def test_private_wording_does_not_leave_in_public(session: Session, cast: Cast) -> None:
    public = factories.conversation(session, cast.team_id, is_public=True)
    factories.activated(session, cast.dev)
    given = reply(public, "Text", reply_template="volc.rebook.done")
    with pytest.raises(Refused, match="is for private messages"):
        delivery.submit(session, cast.amina, given)


def test_a_template_of_no_playbook_in_force_is_refused(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(Refused, match=r"No playbook in force has a reply 'volc\.med'"):
        delivery.submit(session, cast.amina, reply(thread, reply_template="volc.med"))
    with pytest.raises(NotFound):
        drafting.suggest(session, cast.amina, thread.id, "volc.med", "en")


def _running(session: Session) -> int:
    return activations.running(session)[0].id
