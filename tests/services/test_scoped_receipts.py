"""The first receipt goes to those whom its crisis covers, and says nothing of a neighbour's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.scoped import QUICK, SILENT, SLOW, crises
from webcare import clock
from webcare.domain.coverage import Coverage
from webcare.models import Activation, Conversation, Message
from webcare.services import labels, receipts

__all__ = ["crises"]
pytestmark = pytest.mark.usefixtures("crises")


def asking(session: Session, cast: Cast, playbook: str, scope: Coverage) -> int:
    """Activate a playbook with receipts and a scope, a moment ago."""
    row = factories.activated(session, cast.dev, playbook, options={"receipt": True}, scope=scope)
    begun = clock.now() - timedelta(minutes=5)
    session.execute(update(Activation).where(Activation.id == row.id).values(started_at=begun))
    return row.id


def greeted(session: Session, *rows: Conversation) -> list[bool]:
    receipts.give(session, 50)
    asked = select(Message.conversation_id).where(Message.is_automatic, Message.direction == "outbound")
    given = set(session.scalars(asked))
    return [row.id in given for row in rows]


def test_only_covered_conversations_get_one(session: Session, cast: Cast) -> None:
    box = factories.inbox(session)
    given = [(box, "nl"), (box, "und"), (box, "en"), (factories.inbox(session), "nl")]
    rows = [
        factories.conversation(session, cast.team_id, inbox_id=each, language=code) for each, code in given
    ]
    asking(session, cast, QUICK, Coverage((box,), ("nl",)))
    assert greeted(session, *rows) == [True, True, False, False]


def test_a_label_brings_it_while_nobody_answered(session: Session, cast: Cast, thread: Conversation) -> None:
    asking(session, cast, QUICK, Coverage(labels=("gold",)))
    assert greeted(session, thread) == [False]
    labels.add(session, cast.amina, thread.id, "gold")
    assert greeted(session, thread) == [True]


def test_a_crisis_of_silence_keeps_silent_where_it_covers_and_only_there(
    session: Session, cast: Cast
) -> None:
    quiet, loud = factories.inbox(session), factories.inbox(session)
    rows = [factories.conversation(session, cast.team_id, inbox_id=box) for box in (quiet, loud)]
    asking(session, cast, QUICK, Coverage())
    factories.activated(session, cast.dev, SILENT, scope=Coverage((quiet,)))
    assert greeted(session, *rows) == [False, True]


def test_the_facts_of_another_inbox_are_not_said(session: Session, cast: Cast) -> None:
    boxes = [factories.inbox(session), factories.inbox(session)]
    rows = [factories.conversation(session, cast.team_id, inbox_id=box, language="en") for box in boxes]
    asking(session, cast, QUICK, Coverage())
    other = factories.activated(session, cast.dev, SLOW, scope=Coverage((boxes[0],)))
    said = {"en": "16:00 at gate B", "nl": "16:00"}
    factories.fact(session, cast.amina, other.id, "next_update_at", said=said, is_public=True)
    assert greeted(session, *rows) == [True, True]
    found = select(Message.conversation_id, Message.text).where(Message.is_automatic)
    texts = {row.conversation_id: row.text for row in session.execute(found)}
    assert "gate B" in texts[rows[0].id]
    assert "gate B" not in texts[rows[1].id]
