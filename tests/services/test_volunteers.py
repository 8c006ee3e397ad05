"""A link makes one volunteer, for one crisis; when that ends they are thanked and can't come back by it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import approval, asked, crisis
from tests.factories import Cast
from tests.house.source import ROOT
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Agent, Alert, Shift, SignIn, Volunteer
from webcare.queries import agents as agent_rows
from webcare.queries import volunteers as rows
from webcare.services import assignment, sign_ins, volunteers
from webcare.services.volunteers import Joining

WIM = Joining("Wim", "WI", "wim@example.org", "a kettle on the moor", ("nl", "de"), "1", has_read_card=True)


@pytest.fixture
def at(session: Session, cast: Cast) -> int:
    # Whoever earlier tests committed would be a buddy, too.
    session.execute(update(Agent).where(Agent.id < cast.amina.agent_id).values(disabled_at=clock.now()))
    return crisis(session, cast)


@pytest.fixture
def token(session: Session, cast: Cast, at: int) -> str:
    return volunteers.invite(session, cast.dev, at)[0]


def speaks(session: Session, agent_id: int, *codes: str) -> None:
    session.get_one(Agent, agent_id).languages = list(codes)
    session.flush()


def test_a_link_makes_one_volunteer_on_shift(session: Session, cast: Cast, at: int, token: str) -> None:
    speaks(session, cast.bram.agent_id, "de")
    number = volunteers.join(session, token, WIM)
    row = rows.one(session, number)
    made = agent_rows.one(session, number)
    assert row is not None
    assert (made.role, made.team_id, made.languages) == ("volunteer", cast.team_id, ("nl", "de"))
    assert (row.activation_id, row.buddy_name, row.code_version) == (at, "Bram", volunteers.CODE_VERSION)
    assert (row.is_trusted, row.trust_after, row.card_read_at is not None) == (False, 5, True)
    assert session.scalars(select(Shift.agent_id).where(Shift.agent_id == number)).all() == [number]
    assert sign_ins.begin(session, number)
    with pytest.raises(NotFound, match="used already"):
        volunteers.join(session, token, replace(WIM, email="other@example.org"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code_version": ""}, "code of conduct"),
        ({"code_version": "0"}, "code of conduct"),
        ({"has_read_card": False}, "Read the card"),
        ({"languages": ()}, "language"),
        ({"password": "short"}, "at least 12"),
        ({"password": "wim@example.org"}, "too easy"),
        ({"initials": "W1"}, "Initials"),
        ({"email": "nowhere"}, "e-mail"),
    ],
)
def test_what_is_missing_is_said_and_the_link_still_works(
    session: Session, cast: Cast, token: str, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said), session.begin_nested():
        volunteers.join(session, token, replace(WIM, **change))
    assert volunteers.look(session, token) is not None
    assert cast


def test_the_least_busy_who_speaks_the_language_becomes_the_buddy(
    session: Session, cast: Cast, at: int
) -> None:
    for who in (cast.amina, cast.bram):
        speaks(session, who.agent_id, "de")
    first, second = volunteers.invite(session, cast.dev, at, count=2)
    one = volunteers.join(session, first, WIM)
    two = volunteers.join(session, second, replace(WIM, email="eef@example.org"))
    found = {getattr(rows.one(session, number), "buddy_name", None) for number in (one, two)}
    assert found == {"Amina", "Bram"}
    volunteers.pair(session, cast.dev, one, cast.dev.agent_id)
    assert getattr(rows.one(session, one), "buddy_name", None) == "Dev"
    with pytest.raises(Refused, match="A buddy is"):
        volunteers.pair(session, cast.dev, one, cast.vera.agent_id)
    with pytest.raises(NotFound):
        volunteers.pair(session, cast.dev, cast.amina.agent_id, cast.bram.agent_id)
    with pytest.raises(NotAllowed):
        volunteers.pair(session, cast.amina, one, cast.bram.agent_id)


def test_links_are_for_leads_bounded_and_expire(session: Session, cast: Cast, at: int, time: Clock) -> None:
    for count, hours in ((0, 1), (51, 1), (1, 0), (1, 169)):
        with pytest.raises(Refused, match="1 to 50"):
            volunteers.invite(session, cast.dev, at, count, hours)
    with pytest.raises(NotAllowed):
        volunteers.invite(session, cast.amina, at)
    with pytest.raises(NotFound):
        volunteers.invite(session, cast.dev, 10**9)
    tokens = volunteers.invite(session, cast.dev, at, 50, 1)
    assert len(set(tokens)) == 50
    time.forward(minutes=59)
    assert volunteers.look(session, tokens[49]) is not None
    time.forward(minutes=2)
    assert volunteers.look(session, tokens[49]) is None
    with pytest.raises(NotFound):
        volunteers.join(session, tokens[49], WIM)
    assert volunteers.look(session, "no token") is None


def test_a_link_takes_over_nobodys_account(session: Session, cast: Cast, token: str) -> None:
    email = agent_rows.one(session, cast.amina.agent_id).email
    with pytest.raises(Conflict, match="sign in instead"), session.begin_nested():
        volunteers.join(session, token, replace(WIM, email=email.upper()))
    assert volunteers.look(session, token) is not None


def test_the_end_shuts_the_door_and_says_thank_you(session: Session, cast: Cast, at: int) -> None:
    mine, other = volunteers.invite(session, cast.dev, at, 2)
    number = volunteers.join(session, mine, WIM)
    signed_in = sign_ins.begin(session, number)
    wim = agent_rows.one(session, number).who()
    waits = factories.conversation(session, cast.team_id)
    made = asked(session, wim, waits)
    assert volunteers.end(session, at) == 1
    assert volunteers.end(session, at) == 0
    assert sign_ins.by_token(session, signed_in) is None
    assert volunteers.look(session, other) is None
    session.refresh(waits)
    assert (waits.assignee_id, approval(session, made.approval_id).state) == (None, "expired")
    assert session.scalars(select(Shift.ended_at).where(Shift.agent_id == number)).one() is not None
    assert session.scalars(select(SignIn.ended_at).where(SignIn.agent_id == number)).one() is not None
    said = session.scalars(select(Alert.text).where(Alert.kind == "volunteers.thanked")).one()
    assert "Thank you, Wim: 1 volunteers sent 0 replies." in said
    assert agent_rows.one(session, cast.amina.agent_id).disabled_at is None


def test_who_was_thanked_may_come_again_and_who_was_shut_out_may_not(
    session: Session, cast: Cast, at: int
) -> None:
    first, second, third, fourth = volunteers.invite(session, cast.dev, at, 4)
    wim, rob = (
        volunteers.join(session, one, replace(WIM, email=f"{one[:9]}@example.org")) for one in (first, second)
    )
    session.get_one(Volunteer, wim).unchanged = 4
    session.get_one(Agent, rob).disabled_at = clock.now()
    session.flush()
    again = replace(WIM, email=agent_rows.one(session, rob).email)
    with pytest.raises(Conflict), session.begin_nested():
        volunteers.join(session, third, again)
    volunteers.end(session, at)
    factories.quiet(session)
    later = factories.activated(session, cast.dev).id
    link = volunteers.invite(session, cast.dev, later, 2)
    assert volunteers.join(session, link[0], replace(WIM, email=agent_rows.one(session, wim).email)) == wim
    row = rows.one(session, wim)
    assert row is not None
    assert (row.activation_id, row.unchanged, row.ended_at) == (later, 0, None)
    with pytest.raises(Conflict), session.begin_nested():
        volunteers.join(session, link[1], again)
    assert fourth


def test_a_volunteer_may_claim_and_answer_no_urgent_one(session: Session, cast: Cast, token: str) -> None:
    wim = agent_rows.one(session, volunteers.join(session, token, WIM)).who()
    urgent = factories.conversation(session, cast.team_id, urgency=2)
    with pytest.raises(NotFound):
        assignment.claim(session, wim, urgent.id)
    with pytest.raises(NotFound):
        asked(session, wim, urgent)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]+>|\{[{#%].*?[}#%]\}", " ", text).replace("&amp;", "&"))


def test_the_page_shows_the_code_of_conduct_word_for_word() -> None:
    code = (ROOT / "CODE_OF_CONDUCT_WEBCARE.md").read_text(encoding="utf-8")
    page = _words((ROOT / "templates/volunteers/_code.html").read_text(encoding="utf-8"))
    assert f"*Version {volunteers.CODE_VERSION}." in code
    shown = " ".join(page)
    for rule in re.findall(r"^\d+\. (.*?)(?=^\d+\. |\n\n)", code, re.DOTALL | re.MULTILINE):
        assert " ".join(_words(rule)) in shown, rule
