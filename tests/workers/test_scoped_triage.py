"""What arrives is judged by the crises that cover it, once its language and its labels are known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.factories import Cast
from tests.scoped import CRITICAL, QUICK, SLOW, crises
from tests.workers.test_triage import arrive, rows, said
from webcare import db
from webcare.domain.coverage import Coverage
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes, labels
from workers import retriage, triage

__all__ = ["crises"]
pytestmark = pytest.mark.usefixtures("clean_database", "redis_url", "crises")
NORMAL = "Wanneer krijg ik mijn reiskosten van vorige maand terug, is daar al iets over bekend?"


@pytest.fixture
def crew() -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


def opened(slug: str) -> InboxRow:
    with db.transaction() as session:
        return inboxes.create(session, None, inboxes.NewInbox(slug, slug.title(), "webhook"))


def crisis(crew: Cast, playbook: str, scope: Coverage) -> None:
    with db.transaction() as session:
        factories.activated(session, crew.dev, playbook, scope=scope)


def one() -> Any:
    (row,) = rows("SELECT id, urgency, language, due_at - level_since AS promised, epoch FROM conversations")
    return row


def test_cues_and_minutes_hold_in_the_inbox_that_is_covered(crew: Cast) -> None:
    near, far = opened("near"), opened("far")
    crisis(crew, QUICK, Coverage((near.id,)))
    arrive(near, said(CRITICAL, by="near"))
    arrive(far, said(CRITICAL, by="far"))
    triage.drain()
    found = dict(rows("SELECT inbox_id, urgency FROM conversations"))
    assert found[near.id] == 1
    assert found[far.id] > 1


def test_a_message_in_another_language_is_judged_without_the_crisis_words(crew: Cast) -> None:
    box = opened("main")
    crisis(crew, QUICK, Coverage(languages=("de",)))
    arrive(box, said(CRITICAL))
    triage.drain()
    assert (one().language, one().urgency > 1) == ("nl", True)
    assert rows("SELECT count(*) FROM messages WHERE urgency = 1") == [(0,)]
    assert retriage.drain() == 0


def test_the_minutes_follow_the_language_that_was_recognised(crew: Cast) -> None:
    box = opened("main")
    crisis(crew, QUICK, Coverage(languages=("nl",)))
    crisis(crew, SLOW, Coverage(languages=("de",)))
    arrive(box, said(CRITICAL))
    triage.drain()
    assert (one().urgency, one().promised) == (1, timedelta(minutes=5))


def test_words_without_a_language_are_covered_and_settle_with_the_next_ones(crew: Cast) -> None:
    box = opened("main")
    crisis(crew, QUICK, Coverage(languages=("de",)))
    arrive(box, said("???"))
    triage.drain()
    assert (one().language, one().urgency, one().promised) == ("und", 3, timedelta(minutes=30))
    arrive(box, said(NORMAL))
    triage.drain()
    assert one().language == "nl"
    assert one().promised <= timedelta(minutes=30)


def test_a_labelled_conversation_goes_on_under_its_label(crew: Cast) -> None:
    box = opened("main")
    crisis(crew, QUICK, Coverage(labels=("gold",)))
    arrive(box, said(NORMAL))
    triage.drain()
    with db.transaction() as session:
        labels.add(session, crew.ada, one().id, "gold")
    arrive(box, said(CRITICAL))
    triage.drain()
    assert one().urgency == 1
    assert rows("SELECT count(*) FROM messages WHERE urgency = 1") == [(1,)]
    assert rows("SELECT labels FROM conversations") == [(["gold"],)]
