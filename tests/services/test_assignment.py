"""One wins, the others read who; claims end by themselves, and leads may take over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import db
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed, NotFound
from webcare.models import Assignment, Conversation, Event
from webcare.services import assignment

MANY = 50


def test_fifty_claim_at_once_and_exactly_one_wins(clean_database: str) -> None:
    engine = db.make_engine(clean_database, pool_size=MANY)
    with Session(engine) as session, session.begin():
        team = factories.team(session)
        agents = [factories.agent(session, f"Agent{number}", "agent", team) for number in range(MANY)]
        number = factories.conversation(session, team).id
    together = Barrier(MANY)

    def claim(who: Who) -> str:
        together.wait()
        try:
            with Session(engine) as session, session.begin():
                assignment.claim(session, who, number)
        except Conflict as error:
            return str(error)
        return who.name

    with ThreadPoolExecutor(MANY) as pool:
        said = list(pool.map(claim, agents))
    with Session(engine) as session:
        assert session.execute(select(func.count()).select_from(Assignment)).scalar_one() == 1
    engine.dispose()
    winners = [each for each in said if " " not in each]
    assert len(winners) == 1
    assert all(each.startswith(f"{winners[0]} claimed this ") for each in said if each != winners[0])


def test_who_comes_late_reads_who_was_first_and_when(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assignment.claim(session, cast.bram, thread.id)
    time.forward(seconds=4)
    with pytest.raises(Conflict, match=r"^Bram claimed this 4 s ago\.$"):
        assignment.claim(session, cast.amina, thread.id)


def test_claiming_again_extends_and_leaves_no_second_event(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    before = _fresh(session, thread).claim_expires_at
    time.forward(minutes=5)
    assignment.claim(session, cast.amina, thread.id)
    after = _fresh(session, thread).claim_expires_at
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 300
    events = select(func.count()).where(Event.verb == "claimed", Event.noun_id == thread.id)
    assert session.execute(events).scalar_one() == 1


def test_a_claim_ends_by_itself_and_a_sign_of_life_keeps_it(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    time.forward(minutes=15)
    assignment.keep(session, cast.amina, thread.id)
    time.forward(minutes=15)
    assignment.expire(session)
    assert _fresh(session, thread).assignee_id == cast.amina.agent_id
    time.forward(minutes=6)
    assert assignment.expire(session) > 0
    assert _fresh(session, thread).assignee_id is None
    assert _ends(session, thread) == ["expired"]
    with pytest.raises(Conflict, match="claim it again"):
        assignment.keep(session, cast.amina, thread.id)


def test_an_expired_claim_can_be_taken_before_the_clock_comes_by(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    time.forward(minutes=21)
    assignment.claim(session, cast.bram, thread.id)
    assert _fresh(session, thread).assignee_id == cast.bram.agent_id
    assert _ends(session, thread) == ["expired", None]


def test_only_the_owner_can_release(session: Session, cast: Cast, thread: Conversation) -> None:
    assignment.claim(session, cast.amina, thread.id)
    with pytest.raises(Conflict, match="Amina claimed this"):
        assignment.release(session, cast.bram, thread.id)
    assignment.release(session, cast.amina, thread.id)
    assignment.claim(session, cast.bram, thread.id)


def test_a_lead_takes_over_and_an_agent_does_not(session: Session, cast: Cast, thread: Conversation) -> None:
    assignment.claim(session, cast.amina, thread.id)
    with pytest.raises(NotAllowed):
        assignment.take_over(session, cast.bram, thread.id)
    assignment.take_over(session, cast.dev, thread.id)
    assert _fresh(session, thread).assignee_id == cast.dev.agent_id
    with pytest.raises(NotFound):
        assignment.take_over(session, cast.dev, thread.id + 10_000)


def _fresh(session: Session, thread: Conversation) -> Conversation:
    session.expire(thread)
    return thread


def _ends(session: Session, thread: Conversation) -> list[str | None]:
    of = select(Assignment.ended_why).where(Assignment.conversation_id == thread.id)
    return list(session.scalars(of.order_by(Assignment.id)))
