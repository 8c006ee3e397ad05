"""When what is in force changes, the open backlog is judged anew; a person's word stands."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests import factories
from tests.factories import Cast
from tests.workers.test_triage import arrive, rows, said
from webcare import db
from webcare.queries.inboxes import InboxRow
from webcare.services import activation, assignment, inboxes, judgements
from webcare.services.activation import Activate
from webcare.services.judgements import Word
from workers import retriage, triage

pytestmark = pytest.mark.usefixtures("clean_database", "redis_url")


@pytest.fixture
def crew() -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


@pytest.fixture
def inbox() -> InboxRow:
    with db.transaction() as session:
        return inboxes.create(session, None, inboxes.NewInbox("main", "Main", "webhook"))


def activate(crew: Cast) -> None:
    with db.transaction() as session:
        activation.activate(session, crew.dev, Activate("volcanic-ash", "Airspace is closed", 3))


def one() -> Any:
    (row,) = rows("SELECT id, urgency, reasons, assignee_id, epoch FROM conversations")
    return row


def test_an_activation_has_the_backlog_judged_anew(inbox: InboxRow, crew: Cast) -> None:
    arrive(inbox, *(said(f"Is flight ZZ{n} going tomorrow?", by=f"c{n}") for n in range(30)))
    triage.drain()
    activate(crew)
    assert retriage.drain() == 30
    assert retriage.drain() == 0
    assert rows("SELECT DISTINCT c.epoch = d.epoch FROM conversations c, desk d") == [(True,)]


def test_what_a_person_decided_stands_and_only_later_words_raise_it(inbox: InboxRow, crew: Cast) -> None:
    arrive(inbox, said("My mother has chest pain in the queue at desk 14"))
    triage.drain()
    with db.transaction() as session:
        judgements.judge(session, crew.dev, one().id, Word(4, "a joke, checked by phone"))
    activate(crew)
    retriage.drain()
    assert one().urgency == 4
    assert one().reasons[0]["code"] == "human"
    arrive(inbox, said("She can't breathe now, please send an ambulance"))
    triage.drain()
    assert one().urgency == 0


def test_a_claim_of_somebody_who_may_not_see_the_new_level_ends(inbox: InboxRow, crew: Cast) -> None:
    arrive(inbox, said("You are all doing great, thank you!"))
    triage.drain()
    with db.transaction() as session:
        session.execute(text("UPDATE conversations SET urgency = 4"))
        assignment.claim(session, crew.vera, one().id)
    arrive(inbox, said("She can't breathe now, please send an ambulance"))
    triage.drain()
    assert (one().urgency, one().assignee_id) == (0, None)
    assert rows("SELECT kind FROM alerts") == [("u0.received",)]


def test_a_reopened_conversation_in_which_nobody_waits_does_not_stop_the_others(
    inbox: InboxRow, crew: Cast
) -> None:
    arrive(inbox, said("Is my flight going?"), said("And mine?", by="other"))
    triage.drain()
    rows("UPDATE conversations SET waiting_since = NULL WHERE preview LIKE 'Is my%' RETURNING 1")
    activate(crew)
    assert retriage.drain() == 2
    assert rows("SELECT count(*) FROM conversations WHERE waiting_since IS NULL") == [(1,)]
