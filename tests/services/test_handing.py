"""Who asks for the next one gets the most urgent that is free, theirs to answer, and nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import clock, db
from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.models import Agent, Conversation
from webcare.services import handing

MANY = 20


def waits(session: Session, cast: Cast, **values: object) -> int:
    return factories.conversation(session, cast.team_id, **values).id


def test_the_most_urgent_comes_first_and_then_who_was_promised_soonest(session: Session, cast: Cast) -> None:
    now = clock.now()
    late = waits(session, cast, urgency=2, due_at=now + timedelta(hours=2))
    soon = waits(session, cast, urgency=2, due_at=now + timedelta(hours=1))
    grave = waits(session, cast, urgency=1)
    given = [handing.next_one(session, cast.amina) for _ in range(4)]
    assert given == [grave, soon, late, None]
    assert session.get_one(Conversation, grave).assignee_id == cast.amina.agent_id


def test_languages_and_lanes_are_respected(session: Session, cast: Cast) -> None:
    session.execute(update(Agent).where(Agent.id == cast.amina.agent_id).values(languages=["nl"]))
    waits(session, cast, urgency=0, language="es")
    waits(session, cast, urgency=0, language="nl", lane="duty")
    unknown = waits(session, cast, urgency=2, language="und")
    dutch = waits(session, cast, urgency=1, language="nl")
    assert [handing.next_one(session, cast.amina) for _ in range(3)] == [dutch, unknown, None]


def test_a_volunteer_gets_only_what_volunteers_see(session: Session, cast: Cast) -> None:
    waits(session, cast, urgency=1)
    calm = waits(session, cast, urgency=3)
    assert [handing.next_one(session, cast.vera) for _ in range(2)] == [calm, None]
    with pytest.raises(NotAllowed):
        handing.next_one(session, cast.olga)


def test_nothing_is_given_in_which_nobody_waits(session: Session, cast: Cast) -> None:
    waits(session, cast, waiting_since=None, due_at=None)
    assert handing.next_one(session, cast.amina) is None


def test_many_who_ask_at_once_get_as_many_different_ones(clean_database: str) -> None:
    engine = db.make_engine(clean_database, pool_size=MANY)
    with Session(engine) as session, session.begin():
        team = factories.team(session)
        agents = [factories.agent(session, f"Agent{number}", "agent", team) for number in range(MANY)]
        for number in range(MANY + 5):
            contact = factories.eve(session, name=f"Contact {number}")
            factories.conversation(session, team, contact_id=contact)
    together = Barrier(MANY)

    def ask(who: Who) -> int | None:
        together.wait()
        with Session(engine) as session, session.begin():
            return handing.next_one(session, who)

    with ThreadPoolExecutor(MANY) as pool:
        given = list(pool.map(ask, agents))
    engine.dispose()
    assert None not in given
    assert len(set(given)) == MANY
