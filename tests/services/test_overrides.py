"""A lead lets a finding pass with a reason, on record; an agent asks one; some findings pass for nobody."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import yes
from tests.factories import Cast
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, Refused
from webcare.models import Conversation, Message
from webcare.services import approvals, assignment, delivery
from webcare.services.approvals import Decision
from webcare.services.delivery import Submission, SubmittedRow

PROMISE = "Your money will be on your account tomorrow before 12:00, guaranteed."
PASSPORT = "Please check your passport number NX4F2C1P8 and your IBAN NL91ABNA0417164300."


def send(session: Session, who: Who, of: Conversation, text: str = PROMISE, **more: object) -> SubmittedRow:
    given = Submission(of.id, of.version, uuid4().hex, text, **more)  # type: ignore[arg-type]
    return delivery.submit(session, who, given)


def sent(session: Session, row: SubmittedRow) -> Message:
    found = session.get(Message, row.message_id)
    assert found is not None
    return found


def test_an_unbacked_promise_is_stopped_and_says_that_a_lead_can_let_it_pass(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(Refused) as caught:
        send(session, cast.amina, thread)
    assert caught.value.can_pass


def test_a_lead_lets_it_pass_on_record_and_an_agent_does_not(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    with pytest.raises(NotAllowed, match="Only a team lead"):
        send(session, cast.amina, thread, override_reason="I am sure")
    row = send(session, cast.dev, thread, override_reason="Finance confirmed it by telephone")
    expected = {"by": cast.dev.agent_id, "why": "Finance confirmed it by telephone"}
    assert sent(session, row).overrides == {"unbacked_promise": expected}


def test_an_agent_asks_and_a_lead_says_yes_with_a_reason(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    asked = send(session, cast.amina, thread, asks_lead=True)
    assert asked.is_waiting
    given = yes(session, asked.approval_id)
    with pytest.raises(Refused, match="can't leave yet"), session.begin_nested():
        approvals.approve(session, cast.dev, given)
    reason = Decision(given.approval_id, given.sha256, None, "Finance confirmed it")
    row = approvals.approve(session, cast.dev, reason)
    message = sent(session, row)
    assert (message.agent_id, message.approved_by) == (cast.amina.agent_id, cast.dev.agent_id)
    assert message.overrides["unbacked_promise"]["by"] == cast.dev.agent_id


def test_personal_data_in_public_pass_for_nobody(session: Session, cast: Cast) -> None:
    public = factories.conversation(session, cast.team_id, is_public=True)
    with pytest.raises(Refused) as caught:
        send(session, cast.dev, public, PASSPORT, override_reason="they asked for it")
    assert not caught.value.can_pass
    with pytest.raises(Refused):
        send(session, cast.amina, public, PASSPORT, asks_lead=True)


def test_an_ordinary_reply_needs_no_lead_even_when_asked(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    row = send(session, cast.amina, thread, "Thank you for telling us. Where are you now?", asks_lead=True)
    assert sent(session, row).overrides == {}
