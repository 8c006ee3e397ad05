"""Admins make, change and shut out agents; passwords are long, hashed and their owners' own."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Cast
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Agent, Conversation
from webcare.queries import agents as listed
from webcare.queries import teams as known
from webcare.services import agents, assignment, invitations, teams
from webcare.services.agents import AgentChange, NewAgent

GOOD = "seven boats near Urk"


def test_an_admin_makes_an_agent_who_chooses_a_password(session: Session, cast: Cast) -> None:
    row = agents.create(session, cast.ada, NewAgent(" Fay@Example.org ", "Fay", "fy", "agent", cast.team_id))
    assert (row.email, row.initials, row.has_password) == ("fay@example.org", "FY", False)
    token = agents.invite(session, cast.ada, row.id)
    used = invitations.use(session, token, "invite")
    assert used is not None
    assert used.agent_id == row.id
    agents.set_password(session, None, row.id, GOOD)
    assert listed.one(session, row.id).has_password
    stored = session.scalars(select(Agent.password_hash).where(Agent.id == row.id)).one()
    assert stored is not None
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize("name", ["amina", "dev", "vera", "olga"])
def test_nobody_else_manages_agents(session: Session, cast: Cast, name: str) -> None:
    who, target = cast.named(name), cast.carla.agent_id
    new = NewAgent("x@example.org", "X", "X")
    for act in (
        lambda: agents.create(session, who, new),
        lambda: agents.invite(session, who, target),
        lambda: agents.disable(session, who, target),
        lambda: agents.enable(session, who, target),
        lambda: agents.set_password(session, who, target, GOOD),
        lambda: agents.change(session, who, AgentChange(target, "C", "C", "admin", None)),
        lambda: teams.create(session, who, "Night"),
        lambda: teams.rename(session, who, cast.team_id, "Night"),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(
    "odd",
    [
        {"email": "no address"},
        {"email": "a@b.example\nBcc: c@d.example"},
        {"initials": "A1"},
        {"role": "king"},
        {"team_id": 10**12},
        {"team_id": 10**30},
        {"name": " "},
        {"languages": ("English",)},
    ],
)
def test_odd_values_are_refused(session: Session, cast: Cast, odd: dict[str, object]) -> None:
    given: dict[str, object] = {"email": "fay@example.org", "name": "Fay", "initials": "FY", **odd}
    with pytest.raises(Refused):
        agents.create(session, cast.ada, NewAgent(**given))  # type: ignore[arg-type]


def test_an_address_is_taken_once(session: Session, cast: Cast) -> None:
    agents.create(session, cast.ada, NewAgent("fay@example.org", "Fay", "FY"))
    with pytest.raises(Conflict, match=r"fay@example\.org already"):
        agents.create(session, cast.ada, NewAgent("FAY@example.org", "Fay", "FY"))


@pytest.mark.parametrize(
    "weak", ["", "short", "aaaaaaaaaaaaaaaa", "123456789012345", "password1234", "Webcare 2026!", "x" * 201]
)
def test_weak_passwords_are_refused(session: Session, cast: Cast, weak: str) -> None:
    with pytest.raises(Refused):
        agents.set_password(session, cast.amina, cast.amina.agent_id, weak)


def test_changing_a_password_needs_the_present_one(session: Session, cast: Cast) -> None:
    agents.set_password(session, cast.amina, cast.amina.agent_id, GOOD)
    with pytest.raises(NotAllowed):
        agents.change_password(session, cast.amina, "not it at all", "another fine sentence")
    agents.change_password(session, cast.amina, GOOD, "another fine sentence")


def test_disabling_frees_claims_and_nobody_disables_themselves(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    agents.disable(session, cast.ada, cast.amina.agent_id)
    session.expire(thread)
    assert thread.assignee_id is None
    with pytest.raises(Conflict):
        agents.disable(session, cast.ada, cast.amina.agent_id)
    with pytest.raises(Refused, match="yourself"):
        agents.disable(session, cast.ada, cast.ada.agent_id)
    with pytest.raises(Conflict, match="enable them first"):
        agents.invite(session, cast.ada, cast.amina.agent_id)
    agents.enable(session, cast.ada, cast.amina.agent_id)


def test_another_team_ends_the_claims_of_the_old_one(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    wanted = AgentChange(cast.amina.agent_id, "Amina", "AM", "agent", cast.other_team_id)
    assert agents.change(session, cast.ada, wanted).team_id == cast.other_team_id
    session.expire(thread)
    assert thread.assignee_id is None
    with pytest.raises(NotFound):
        agents.change(session, cast.ada, AgentChange(10**30, "X", "X", "agent", None))


def test_team_names_are_taken_once(session: Session, cast: Cast) -> None:
    made = teams.create(session, cast.ada, "Night shift")
    with pytest.raises(Conflict):
        teams.create(session, cast.ada, "Night shift")
    with pytest.raises(Conflict):
        teams.rename(session, cast.ada, cast.team_id, "Night shift")
    teams.rename(session, cast.ada, made, "Day shift")
    assert {row.name: row.agents for row in known.listed(session)}["Day shift"] == 0
