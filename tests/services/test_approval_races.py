"""Many decide about one reply at once, on real transactions: one answer counts, the others are told whose."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests import approving, factories
from tests.factories import Cast
from tests.house.source import files, tree
from webcare import db
from webcare.errors import WebcareError
from webcare.models import Approval, Conversation, Message, Volunteer
from webcare.services import approval_requests, approvals, delivery, volunteers
from webcare.services.approvals import Decision
from webcare.services.volunteers import Joining

MANY = 8

# Who may queue a message, and whose yes stands behind it there.
DOORS = {
    "delivery": "`leave`: a person's reply, after its checks and, where it needs one, somebody else's yes",
    "receipts": "the desk's own first receipt, whose words the playbook holds",
}


@pytest.fixture
def engine(clean_database: str, redis_url: str) -> Iterator[Engine]:
    made = db.make_engine(clean_database, pool_size=MANY)
    yield made
    made.dispose()


def at_once(engine: Engine, act: Callable[[Session, int], str]) -> list[str]:
    """Return what `act` said in each of MANY transactions that begin together."""
    together = Barrier(MANY)

    def one(number: int) -> str:
        together.wait()
        try:
            with Session(engine) as session, session.begin():
                return act(session, number)
        except WebcareError as error:
            return str(error)

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


@pytest.fixture
def laid(engine: Engine) -> tuple[Cast, int, Decision]:
    """Return the cast, the activation, and a yes to a reply of Vera's that waits."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        people = factories.cast(session)
        number = approving.crisis(session, people)
        approving.volunteer(session, people.vera, number)
        thread = factories.conversation(session, people.team_id)
        made = approving.asked(session, people.vera, thread)
        return people, number, approving.yes(session, made.approval_id)


def counted(engine: Engine) -> int:
    with Session(engine) as session:
        sent = select(func.count()).where(Message.direction == "outbound")
        return int(session.execute(sent).scalar_one())


def test_of_many_approvers_one_sends(engine: Engine, laid: tuple[Cast, int, Decision]) -> None:
    people, _, given = laid
    askers = [people.bram, people.amina, people.dev, people.ada] * 2

    def act(session: Session, number: int) -> str:
        return f"sent {approvals.approve(session, askers[number], given).message_id}"

    said = at_once(engine, act)
    assert sum(each.startswith("sent") for each in said) == 1
    assert sum("approved this reply" in each for each in said) == MANY - 1
    assert counted(engine) == 1
    with Session(engine) as session:
        assert session.get_one(Volunteer, people.vera.agent_id).unchanged == 1


def test_yes_no_take_back_another_text_and_the_clock_agree(
    engine: Engine, laid: tuple[Cast, int, Decision]
) -> None:
    people, _, given = laid
    with Session(engine) as session:
        thread = session.scalars(select(Conversation)).one()
        fresh = approving.written(session, people.vera, thread)

    def act(session: Session, number: int) -> str:
        if number % 4 == 0:
            return f"sent {approvals.approve(session, people.bram, given).message_id}"
        if number % 4 == 1:
            approvals.give_back(session, people.dev, given, "no")
        elif number % 4 == 2:
            approvals.withdraw(session, people.vera, given.approval_id)
        else:
            approval_requests.watch(session)
            delivery.submit(session, people.vera, fresh)
        return "done"

    said = at_once(engine, act)
    assert not [each for each in said if "deadlock" in each.lower()]
    with Session(engine) as session:
        first = session.get_one(Approval, given.approval_id)
        assert first.state in {"approved", "returned", "withdrawn", "expired"}
        assert counted(engine) == (first.state == "approved")
        assert (first.message_id is not None) is (first.state == "approved")


def test_of_many_who_use_one_link_one_joins(engine: Engine, laid: tuple[Cast, int, Decision]) -> None:
    people, number, _ = laid
    with Session(engine) as session, session.begin():
        token = volunteers.invite(session, people.dev, number)[0]

    def act(session: Session, place: int) -> str:
        email = f"wim{place}@example.org"
        wim = Joining("Wim", "WI", email, "a kettle on the moor", ("nl",), "1", has_read_card=True)
        return f"in {volunteers.join(session, token, wim)}"

    said = at_once(engine, act)
    assert sum(each.startswith("in ") for each in said) == 1
    assert sum("used already" in each for each in said) == MANY - 1


def test_every_door_through_which_a_message_leaves_is_known() -> None:
    found = {
        path.stem
        for path in files("webcare", "workers")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "outgoing.queue"
    }
    assert found <= set(DOORS), "Say here whose yes stands behind what leaves through a new door."
    assert "delivery" in found
