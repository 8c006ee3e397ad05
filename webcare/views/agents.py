"""Lets admins see who works here, make agents, invite and disable them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from webcare import db, security
from webcare.queries import agents as agent_rows
from webcare.queries import teams
from webcare.schemas.people import AgentForm
from webcare.services import agents
from webcare.views import answers
from webcare.views.posted import posted

blueprint = Blueprint("agents", __name__)


@blueprint.get("/agents")
@security.needs("agent.manage")
def index() -> Response:
    """List everybody, with the form for one more."""
    with db.transaction() as session:
        if answers.wants_json():
            return answers.as_json({"agents": agent_rows.listed(session)})
        return _page(session)


@blueprint.post("/agents")
@security.needs("agent.manage")
def create() -> AnyResponse:
    """Make an agent and show their invite link, once."""
    form = posted(AgentForm)
    with db.transaction() as session:
        new = agents.NewAgent(form.email, form.name, form.initials, form.role, form.team_id)
        made = agents.create(session, security.who(), new)
        return _invited(session, made.id)


@blueprint.post("/agents/<int:agent_id>/invitation")
@security.needs("agent.manage")
def invite(agent_id: int) -> AnyResponse:
    """Make a fresh invite link; the one before stops working."""
    with db.transaction() as session:
        return _invited(session, agent_id)


@blueprint.post("/agents/<int:agent_id>/closing")
@security.needs("agent.manage")
def disable(agent_id: int) -> AnyResponse:
    """Shut an agent out at once."""
    with db.transaction() as session:
        agents.disable(session, security.who(), agent_id)
    return answers.created("/agents")


@blueprint.post("/agents/<int:agent_id>/opening")
@security.needs("agent.manage")
def enable(agent_id: int) -> AnyResponse:
    """Let a disabled agent in again."""
    with db.transaction() as session:
        agents.enable(session, security.who(), agent_id)
    return answers.created("/agents")


def _invited(session: Any, agent_id: int) -> Response:
    token = agents.invite(session, security.who(), agent_id)
    address = f"{security.settings().base_url}/invitations/{token}"
    agent = agent_rows.one(session, agent_id)
    if answers.wants_json():
        return answers.as_json({"agent": agent, "invite_link": address}, 201)
    return _page(session, invited=agent, link=address, status=201)


def _page(session: Any, invited: Any = None, link: str = "", status: int = 200) -> Response:
    return answers.html(
        "agents/index.html",
        status,
        agents=agent_rows.listed(session),
        teams=teams.listed(session),
        invited=invited,
        link=link,
        **answers.shell(session),
    )
