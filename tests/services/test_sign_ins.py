"""Guesses are counted before they are looked at; sign-ins end here, not only in the browser."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import db
from webcare.domain.rights import Who
from webcare.errors import Conflict, NotAllowed
from webcare.models import Agent, SignIn, SignInAttempt
from webcare.services import agents, passwords, sign_ins

GOOD = "seven boats near Urk"


def test_of_thirty_parallel_guesses_ten_are_evaluated(
    clean_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[str] = []
    _watch(monkeypatch, evaluated)
    with db.transaction() as session:
        amina = factories.agent(session, "Amina")
        agents.set_password(session, None, amina.agent_id, GOOD)
        email = session.get_one(Agent, amina.agent_id).email

    def guess(number: int) -> None:
        with db.transaction() as session:
            counted = sign_ins.count(session, email)
        with pytest.raises(NotAllowed), db.transaction() as session:
            sign_ins.sign_in(session, counted, f"wrong guess {number}")

    with ThreadPoolExecutor(15) as pool:
        list(pool.map(guess, range(30)))
    assert len(evaluated) == 10
    with db.transaction() as session:
        counted = sign_ins.count(session, email.upper())
    with pytest.raises(NotAllowed, match="Too many guesses"), db.transaction() as session:
        sign_ins.sign_in(session, counted, GOOD)


def _watch(monkeypatch: pytest.MonkeyPatch, evaluated: list[str]) -> None:
    real: Callable[[str | None, str], bool] = passwords.matches

    def matches(stored: str | None, password: str) -> bool:
        evaluated.append(password)
        return real(stored, password)

    monkeypatch.setattr(passwords, "matches", matches)


@pytest.fixture
def amina(session: Session, cast: Cast) -> Who:
    agents.set_password(session, None, cast.amina.agent_id, GOOD)
    return cast.amina


def enter(session: Session, who: Who, password: str = GOOD) -> str:
    """Sign in as the edge does: count, then look; the two transactions are one savepoint each here."""
    email = session.get_one(Agent, who.agent_id).email
    counted = sign_ins.count(session, email)
    session.info.clear()
    return sign_ins.sign_in(session, counted, password)


def test_the_token_opens_and_only_its_hash_is_kept(session: Session, amina: Who) -> None:
    token = enter(session, amina)
    assert sign_ins.by_token(session, token) == amina
    assert sign_ins.by_token(session, token + "x") is None
    assert sign_ins.by_token(session, "") is None
    kept = session.scalars(select(SignIn.token_sha256).where(SignIn.agent_id == amina.agent_id)).one()
    assert token.encode() not in kept


def test_an_unknown_address_costs_the_same_work(
    session: Session, amina: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    _watch_hasher(monkeypatch, looked)
    said = []
    for email in ("nobody@example.org", session.get_one(Agent, amina.agent_id).email):
        counted = sign_ins.count(session, email)
        session.info.clear()
        with pytest.raises(NotAllowed) as refused:
            sign_ins.sign_in(session, counted, "not the password")
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert [each[:10] for each in looked] == ["$argon2id$", "$argon2id$"]
    assert looked[0].split("$")[3] == looked[1].split("$")[3] == "m=19456,t=2,p=1"


def _watch_hasher(monkeypatch: pytest.MonkeyPatch, looked: list[str]) -> None:
    class Watched:
        def verify(self, stored: str, password: bytes) -> bool:
            looked.append(stored)
            return real.verify(stored, password)

        def hash(self, password: bytes) -> str:
            return real.hash(password)

    real = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Watched())


def test_a_sign_in_ends_when_idle_or_old(session: Session, amina: Who, time: Clock) -> None:
    token = enter(session, amina)
    for _ in range(6):
        time.forward(minutes=115)
        assert sign_ins.by_token(session, token) == amina
    time.forward(minutes=31)
    assert sign_ins.by_token(session, token) is None
    token = enter(session, amina)
    time.forward(minutes=121)
    assert sign_ins.by_token(session, token) is None


def test_signing_out_and_disabling_end_it_here_at_once(session: Session, cast: Cast, amina: Who) -> None:
    first, second = enter(session, amina), enter(session, amina)
    sign_ins.sign_out(session, first)
    assert sign_ins.by_token(session, first) is None
    assert sign_ins.by_token(session, second) == amina
    agents.disable(session, cast.ada, amina.agent_id)
    assert sign_ins.by_token(session, second) is None
    with pytest.raises(NotAllowed):
        enter(session, amina)
    with pytest.raises(NotAllowed):
        sign_ins.begin(session, amina.agent_id)


def test_a_flag_alone_shuts_out_even_if_sign_ins_were_left(session: Session, amina: Who, time: Clock) -> None:
    token = enter(session, amina)
    session.execute(update(Agent).where(Agent.id == amina.agent_id).values(disabled_at=time.at))
    assert sign_ins.by_token(session, token) is None


def test_success_forgets_the_guesses_and_time_does_too(session: Session, amina: Who, time: Clock) -> None:
    for _ in range(9):
        with pytest.raises(NotAllowed):
            enter(session, amina, "wrong wrong wrong")
    enter(session, amina)
    email = session.get_one(Agent, amina.agent_id).email
    assert session.get(SignInAttempt, email) is None
    for _ in range(11):
        last = sign_ins.count(session, email)
    assert not last.may_go_on
    time.forward(minutes=16)
    assert sign_ins.count(session, email).may_go_on
    time.forward(minutes=16)
    assert sign_ins.tidy(session) >= 1


def test_counting_in_the_same_transaction_is_a_mistake_that_shows(session: Session) -> None:
    counted = sign_ins.count(session, "amina@example.org")
    with pytest.raises(RuntimeError, match="transaction of its own"):
        sign_ins.sign_in(session, counted, GOOD)


def test_one_agent_ends_their_other_browsers(session: Session, amina: Who) -> None:
    kept, lost = enter(session, amina), enter(session, amina)
    assert sign_ins.end_all(session, amina.agent_id, but=kept) == 1
    assert sign_ins.by_token(session, kept) == amina
    assert sign_ins.by_token(session, lost) is None


def test_there_is_one_first_admin(clean_database: str) -> None:
    new = agents.NewAgent("ada@example.org", "Ada", "AD", "volunteer")

    def found(_: int) -> str:
        try:
            with db.transaction() as session:
                return agents.create_first(session, new, GOOD).role
        except Conflict:
            return "late"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(found, range(8)))
    assert sorted(said) == ["admin", *["late"] * 7]
