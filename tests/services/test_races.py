"""Many do the same at once on the real database: one thing happens, the rest is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import db
from webcare.domain.rights import Who
from webcare.errors import Conflict
from webcare.models import Activation, Delivery, Desk, FactVersion
from webcare.queries import activations
from webcare.services import delivery
from webcare.services.delivery import Submission

MANY = 12


@pytest.fixture
def engine(clean_database: str, redis_url: str) -> Iterator[Engine]:
    made = db.make_engine(clean_database, pool_size=MANY)
    yield made
    made.dispose()


@pytest.fixture
def people(engine: Engine) -> Cast:
    with Session(engine, expire_on_commit=False) as session, session.begin():
        return factories.cast(session)


def at_once(engine: Engine, act: Callable[[Session, int], str]) -> list[str]:
    """Return what `act` said in each of MANY transactions that begin together."""
    together = Barrier(MANY)

    def one(number: int) -> str:
        together.wait()
        try:
            with Session(engine) as session, session.begin():
                return act(session, number)
        except Conflict as error:
            return str(error)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def made_thread(engine: Engine, people: Cast) -> int:
    with Session(engine) as session, session.begin():
        return factories.conversation(session, people.team_id).id


def counted(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_form_sent_twelve_times_at_once_is_one_reply(engine: Engine, people: Cast) -> None:
    number = made_thread(engine, people)
    given = Submission(number, 1, "one form", "We look at it now")
    said = at_once(engine, lambda session, _: str(delivery.submit(session, people.amina, given)))
    assert len({each.replace("True", "False") for each in said}) == 1
    assert sum("is_repeat=False" in each for each in said) == 1
    assert counted(engine, Delivery) == 1


def test_of_two_agents_who_answer_at_once_one_is_told_of_the_other(engine: Engine, people: Cast) -> None:
    number = made_thread(engine, people)
    pair = (people.amina, people.bram)

    def answer(session: Session, turn: int) -> str:
        who: Who = pair[turn % 2]
        delivery.submit(session, who, Submission(number, 1, f"form {turn}", f"Answer {turn}"))
        return "sent"

    said = at_once(engine, answer)
    assert said.count("sent") == 1
    assert all(" replied " in each for each in said if each != "sent")
    assert counted(engine, Delivery) == 1


def test_twelve_leads_activate_and_one_activation_runs(engine: Engine, people: Cast) -> None:
    said = at_once(engine, lambda session, _: str(factories.activated(session, people.dev).id))
    assert sum("in force already" in each for each in said) == MANY - 1
    assert counted(engine, Activation) == 1
    with Session(engine) as session:
        assert session.execute(select(Desk.epoch)).scalar_one() == 1


def test_versions_written_at_once_are_numbered_one_by_one(engine: Engine, people: Cast) -> None:
    with Session(engine) as session, session.begin():
        at = factories.activated(session, people.dev).id

    def write(session: Session, _: int) -> str:
        return str(factories.fact(session, people.amina, at, "airspace_status").version)

    said = at_once(engine, write)
    assert sorted(map(int, said)) == list(range(1, MANY + 1))
    assert counted(engine, FactVersion) == MANY
    with Session(engine) as session:
        assert activations.running(session)[0].id == at
