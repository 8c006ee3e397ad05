"""A first receipt says the measured time until an answer, that nothing can be said yet, or nothing stale."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from tests.services.test_receipts import asking, automatic, measured
from webcare.models import Conversation, MessageFact
from webcare.services import receipts


def test_an_answer_time_that_is_no_longer_measured_is_not_promised(
    session: Session, cast: Cast, time: Clock
) -> None:
    asking(session, cast)
    first = factories.conversation(session, cast.team_id, language="en")
    measured(session, first, 120)
    time.forward(minutes=11)
    thread = factories.conversation(session, cast.team_id, language="en", inbox_id=first.inbox_id)
    assert receipts.give(session, 50) == 2
    assert "2 hours" not in automatic(session, thread)[0].text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We can't estimate yet"),
        ("nl", "nog niet schatten"),
        ("de", "noch nicht abschätzen"),
        ("fr", "pas encore estimer"),
        ("es", "no podemos calcular"),
    ],
)
def test_it_says_that_nothing_can_be_estimated_yet(
    session: Session, cast: Cast, thread: Conversation, language: str, words: str
) -> None:
    asking(session, cast)
    thread.language = language
    session.flush()
    measured(session, thread, None)
    assert receipts.give(session, 50) == 1
    (sent,) = automatic(session, thread)
    assert words in sent.text
    asked = select(MessageFact.fact_version_id).where(MessageFact.message_id == sent.id)
    assert len(session.scalars(asked).all()) == 1
