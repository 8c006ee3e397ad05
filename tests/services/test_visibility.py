"""Carla sees nothing of another team, Vera nothing above U3: in every read and write of this layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import clock
from webcare.domain.rights import Who
from webcare.errors import NotAllowed, NotFound
from webcare.models import Conversation, Event
from webcare.queries import alerts as alert_rows
from webcare.queries import conversations as detail
from webcare.queries import inbox, timeline
from webcare.queries.inbox import View
from webcare.services import alerts, assignment, conversations, delivery, drafting, judgements
from webcare.services.delivery import Submission
from webcare.services.drafting import DraftText
from webcare.services.judgements import Word

Act = Callable[[Session, Who, int], Any]

READS: dict[str, Act] = {
    "row": inbox.row,
    "page": detail.one,
    "messages": detail.messages,
    "suggest": lambda session, who, number: drafting.suggest(session, who, number, "base.nochange", "en"),
}
WRITES: dict[str, Act] = {
    "claim": assignment.claim,
    "keep": assignment.keep,
    "release": assignment.release,
    "note": lambda session, who, number: conversations.note(session, who, number, "hello"),
    "urgency": lambda session, who, number: judgements.judge(session, who, number, Word(0, "hurry")),
    "save": lambda session, who, number: drafting.save(session, who, DraftText(number, "hello")),
    "discard": drafting.discard,
}
SENDS: dict[str, Act] = {
    "resolve": lambda session, who, number: conversations.resolve(session, who, number, 1),
    "reopen": conversations.reopen,
    "submit": lambda session, who, number: delivery.submit(session, who, Submission(number, 1, "t", "hello")),
}
EVERYTHING = {**READS, **WRITES, **SENDS}


def _untouched(session: Session, thread: Conversation, act: Callable[[], Any]) -> None:
    """Assert that `act` is refused as if the conversation weren't there, and changes nothing."""
    count = select(func.count()).select_from(Event)
    before = session.execute(count).scalar_one()
    with pytest.raises(NotFound) as refused:
        act()
    assert str(refused.value) == f"There is no conversation {thread.id} that you can see."
    assert session.execute(count).scalar_one() == before
    session.expire(thread)
    assert (thread.state, thread.urgency, thread.version, thread.assignee_id) == (
        "open",
        thread.urgency,
        1,
        None,
    )


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_carla_finds_nothing_of_another_team(
    session: Session, cast: Cast, thread: Conversation, name: str
) -> None:
    _untouched(session, thread, lambda: EVERYTHING[name](session, cast.carla, thread.id))


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_what_is_not_there_reads_the_same(
    session: Session, cast: Cast, thread: Conversation, name: str
) -> None:
    for number in (thread.id + 10**6, 0, -1, 10**30):
        with pytest.raises(NotFound):
            EVERYTHING[name](session, cast.carla, number)


def test_a_lead_of_another_team_would_see_it_and_taking_over_is_theirs_alone(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assert inbox.row(session, cast.dev, thread.id).id == thread.id
    with pytest.raises(NotAllowed):
        assignment.take_over(session, cast.carla, thread.id)


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("name", sorted({**READS, **WRITES}))
def test_vera_finds_nothing_urgent(session: Session, cast: Cast, name: str, level: int) -> None:
    urgent = factories.conversation(session, cast.team_id, urgency=level)
    _untouched(session, urgent, lambda: EVERYTHING[name](session, cast.vera, urgent.id))


@pytest.mark.parametrize("name", sorted(SENDS))
def test_vera_sends_and_closes_nothing(session: Session, cast: Cast, thread: Conversation, name: str) -> None:
    with pytest.raises(NotAllowed):
        SENDS[name](session, cast.vera, thread.id)


@pytest.mark.parametrize("name", sorted({**WRITES, **SENDS}))
def test_an_observer_changes_nothing(session: Session, cast: Cast, thread: Conversation, name: str) -> None:
    with pytest.raises(NotAllowed):
        EVERYTHING[name](session, cast.olga, thread.id)


def test_lists_counts_alerts_and_the_timeline_hide_it_too(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    alerts.raise_(session, alerts.Alert("u1.unclaimed", "urgent", "U1", "k", conversation_id=thread.id))
    seen = {}
    for who in (cast.bram, cast.carla):
        in_list = [row.id for row in inbox.rows(session, who, View("all", "newest", limit=200)).rows]
        told = [row.conversation_id for row in alert_rows.desk(session, who, clock.now())]
        events = [row.noun_id for row in timeline.latest(session, who) if row.noun == "conversation"]
        about = timeline.about(session, who, ("conversation", thread.id))
        seen[who.name] = (thread.id in in_list, thread.id in told, thread.id in events, bool(about))
    assert seen == {"Bram": (True, True, True, True), "Carla": (False, False, False, False)}


def test_earlier_conversations_of_a_contact_stay_within_the_team(session: Session, cast: Cast) -> None:
    contact = factories.eve(session)
    ours = factories.conversation(session, cast.team_id, contact_id=contact)
    theirs = factories.conversation(session, cast.other_team_id, contact_id=contact)
    shared = factories.conversation(session, contact_id=contact)
    assert [each.id for each in detail.one(session, cast.amina, ours.id).earlier] == [shared.id]
    assert [each.id for each in detail.one(session, cast.dev, ours.id).earlier] == [shared.id, theirs.id]
