"""Coming in and going out: setup once, passwords, one-time links, sessions that rotate and end."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.views.conftest import Desk
from webcare import db, settings
from webcare.app import create_app
from webcare.queries import agents as agent_rows
from webcare.services import agents, invitations

PASSWORD = "seven green bicycles"
FIRST = {"name": "Ada", "initials": "AA", "email": "ada@example.org", "password": PASSWORD}


def link(purpose: str, agent_id: int | None) -> str:
    with db.transaction() as session:
        return invitations.make(session, purpose, agent_id, 30)


def me(client: FlaskClient) -> Any:
    return client.get("/me", headers={"Accept": "application/json"}).json


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("webcare")
    return found.value if found else ""


@pytest.mark.usefixtures("clean_database", "redis_url")
def test_setup_makes_the_first_admin_once_and_is_gone_afterwards() -> None:
    client = create_app(settings.get()).test_client()
    token = link("setup", None)
    assert client.get(f"/setup/{token}").status_code == 200
    assert client.get("/setup/" + "x" * 43).status_code == 404
    assert client.post(f"/setup/{token}", data={**FIRST, "password": "short"}).status_code == 400
    assert client.post(f"/setup/{token}", data=FIRST).status_code == 303
    assert client.get("/agents").status_code == 200
    late = link("setup", None)
    for again in (token, late):
        assert client.get(f"/setup/{again}").status_code == 404
        assert client.post(f"/setup/{again}", data=FIRST).status_code == 404


def test_a_link_is_not_burnt_by_looking_and_works_once(desk: Desk) -> None:
    token = link("sign_in", desk.cast.dev.agent_id)
    client = desk.stranger()
    for _ in range(3):
        assert client.get(f"/sign-in/{token}").status_code == 200
    assert client.post(f"/sign-in/{token}").status_code == 303
    assert me(client)["agent"]["name"] == "Dev"
    assert desk.stranger().post(f"/sign-in/{token}").status_code == 404
    assert desk.stranger().get(f"/sign-in/{token}").status_code == 404


@pytest.mark.parametrize("token", ["", "%20", "x", "x" * 43, "NULL", "%00"])
def test_a_wrong_link_is_nowhere(desk: Desk, token: str) -> None:
    assert desk.stranger().post(f"/sign-in/{token}").status_code in {400, 404}
    other = link("invite", desk.cast.dev.agent_id)
    assert desk.stranger().post(f"/sign-in/{other}").status_code == 404


def with_password(desk: Desk) -> str:
    with db.transaction() as session:
        agents.set_password(session, None, desk.cast.amina.agent_id, PASSWORD)
        return agent_rows.one(session, desk.cast.amina.agent_id).email


def test_the_cookie_changes_with_every_sign_in_and_the_old_one_is_dead(desk: Desk) -> None:
    email, client = with_password(desk), desk.stranger()
    client.set_cookie("webcare", "chosen-by-somebody-else")
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    first = cookie(client)
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert len({"chosen-by-somebody-else", first, cookie(client)}) == 3
    old = desk.stranger()
    old.set_cookie("webcare", first)
    assert old.get("/conversations").status_code == 302


def test_wrong_name_and_wrong_password_read_the_same_and_the_address_stays(desk: Desk) -> None:
    email = with_password(desk)
    wrong = desk.stranger().post("/sign-in", data={"email": email, "password": "no"})
    nobody = desk.stranger().post("/sign-in", data={"email": "nobody@example.org", "password": "no"})
    assert (wrong.status_code, nobody.status_code) == (403, 403)
    assert f'value="{email}"' in wrong.text
    assert wrong.text.replace(email, "") == nobody.text.replace("nobody@example.org", "")


def test_a_flood_of_guesses_from_one_address_is_stopped(desk: Desk) -> None:
    client = desk.stranger()
    seen = [client.post("/sign-in", data={"email": f"a{n}@example.org", "password": "x"}) for n in range(22)]
    assert seen[-1].status_code == 429


def test_signing_out_ends_it_on_the_server(desk: Desk) -> None:
    browser = desk.browser(desk.cast.amina)
    answer = browser.post("/sign-out")
    assert answer.headers["Location"] == "/sign-in"
    assert "Clear-Site-Data" in answer.headers
    late = desk.stranger()
    late.set_cookie("webcare", browser.token)
    assert late.get("/conversations").status_code == 302


def test_an_invited_agent_chooses_a_password_and_is_in(desk: Desk) -> None:
    made = desk.browser(desk.cast.ada).send(
        "/agents", {"name": "Nina New", "initials": "NN", "email": "nina@example.org", "role": "volunteer"}
    )
    assert made.json
    path = made.json["invite_link"].partition("/invitations")[2]
    client = desk.stranger()
    assert client.get(f"/invitations{path}").status_code == 200
    assert client.post(f"/invitations{path}", data={"password": PASSWORD}).status_code == 303
    assert me(client)["agent"]["role"] == "volunteer"
    assert client.post(f"/invitations{path}", data={"password": PASSWORD}).status_code == 404


def test_after_signing_in_one_lands_where_one_wanted_to_be(desk: Desk) -> None:
    email, client = with_password(desk), desk.stranger()
    client.get("/facts")
    answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.headers["Location"] == "/facts"
