"""Closed unless opened: strangers, roles, foreign teams, forged forms, headers, sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from tests.views.conftest import Desk, desk
from webcare import clock, db, security, settings
from webcare.app import create_app
from webcare.domain.rights import RIGHTS
from webcare.queries import agents as agent_rows
from webcare.services import agents

__all__ = ["desk"]

IDS = {
    "conversation_id": 1,
    "message_id": 1,
    "delivery_id": 1,
    "activation_id": 1,
    "agent_id": 1,
    "inbox_id": 1,
    "approval_id": 1,
    "correction_id": 1,
    "broadcast_id": 1,
    "post_id": 1,
}
NAMES = {"token": "t" * 43, "slug": "nowhere", "key": "situation", "filename": "css/tokens.css"}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """Return (endpoint, method, address) of every route."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        values = {name: {**IDS, **NAMES}[name] for name in rule.arguments}
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        found.append((rule.endpoint, method, adapter.build(rule.endpoint, values, method=method)))
    return found


def test_every_route_declares_a_right_that_some_role_holds_or_stands_on_the_open_list(desk: Desk) -> None:
    held = frozenset[str]().union(*RIGHTS.values())
    for endpoint, _, _ in routes(desk.app):
        right = security.needed(desk.app, endpoint)
        if endpoint in security.OPEN:
            assert right is None, f"{endpoint} is open and closed at once"
        else:
            assert right in held, f"{endpoint} says nothing about who may use it"


def test_the_open_list_names_only_routes_that_exist_with_a_reason(desk: Desk) -> None:
    for endpoint, reason in security.OPEN.items():
        assert len(reason) > 20
        assert endpoint in desk.app.view_functions


def test_a_stranger_is_sent_to_sign_in_everywhere_else(desk: Desk) -> None:
    for endpoint, method, address in routes(desk.app):
        if endpoint in security.OPEN:
            continue
        answer = desk.stranger().open(address, method=method)
        assert answer.status_code in {302, 401}, (endpoint, answer.status_code)
        assert method == "POST" or answer.headers.get("Location") == "/sign-in" or answer.status_code == 401


def test_a_route_that_declares_nothing_is_refused_even_to_an_admin(desk: Desk) -> None:
    desk.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = desk.browser(desk.cast.ada).get("/forgotten")
    assert answer.status_code == 403
    assert b"secret" not in answer.data


@pytest.mark.parametrize("name", ["olga", "vera", "amina", "dev", "ada"])
def test_a_role_without_the_right_is_refused_on_every_route(desk: Desk, name: str) -> None:
    who = desk.cast.named(name)
    browser = desk.browser(who)
    for endpoint, method, address in routes(desk.app):
        right = security.needed(desk.app, endpoint)
        if right is None or who.may(right):
            continue
        answer = browser.get(address) if method == "GET" else browser.post(address)
        assert answer.status_code == 403, (endpoint, name, answer.status_code)


@pytest.mark.parametrize("name", ["amina", "vera", "olga"])
def test_a_conversation_of_another_team_does_not_exist(desk: Desk, name: str) -> None:
    foreign = desk.conversation(desk.cast.other_team_id)
    who = desk.cast.named(name)
    browser = desk.browser(who)
    form = {"seen_version": "1", "client_token": "x" * 20, "text": "Hi", "level": "1", "reason": "because"}
    form["label"] = "gold"
    form["reply_template"] = "situation.update"
    for endpoint, method, address in routes(desk.app):
        if "/conversations/1" not in address or not who.may(security.needed(desk.app, endpoint) or ""):
            continue
        path = address.replace("/conversations/1", f"/conversations/{foreign}")
        fields = {k: v for k, v in form.items() if k in WANTED.get(endpoint, ())}
        answer = browser.get(path) if method == "GET" else browser.post(path, fields)
        assert answer.status_code == 404, (endpoint, answer.status_code)


WANTED = {
    "composer.draft": ("text",),
    "composer.note": ("text",),
    "composer.send": ("seen_version", "client_token", "text", "reply_template"),
    "composer.suggest": ("seen_version", "client_token", "text"),
    "conversations.resolve": ("seen_version",),
    "conversations.urgency": ("level", "reason"),
    "labels.add": ("label",),
    "labels.remove": ("label",),
}


def test_carla_sees_neither_row_nor_bytes_of_the_other_team(desk: Desk) -> None:
    number = desk.conversation(preview="only for the own team")
    carla = desk.browser(desk.cast.carla)
    assert b"only for the own team" not in carla.get("/conversations").data
    assert carla.get(f"/conversations/{number}").status_code == 404
    assert carla.get("/messages/1/raw").status_code == 404


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_form_from_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    number = desk.conversation()
    answer = desk.browser(desk.cast.amina).post(f"/conversations/{number}/assignment", None, **headers)
    assert answer.status_code == 400
    assert desk.stranger().post("/sign-in", headers=headers).status_code == 400


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_a_change_without_the_token_of_this_sign_in_is_refused(desk: Desk, token: str) -> None:
    number = desk.conversation()
    browser = desk.browser(desk.cast.amina)
    answer = browser.client.post(f"/conversations/{number}/assignment", data={"csrf": token})
    assert answer.status_code == 400
    assert b"reload it" in answer.data


def test_the_token_of_one_sign_in_is_worthless_in_another(desk: Desk) -> None:
    number = desk.conversation()
    amina, bram = desk.browser(desk.cast.amina), desk.browser(desk.cast.bram)
    mixed = type(amina)(amina.client, bram.token)
    assert mixed.post(f"/conversations/{number}/assignment").status_code == 400


def test_every_page_carries_a_strict_policy_with_a_fresh_nonce(desk: Desk) -> None:
    browser = desk.browser(desk.cast.dev)
    first, second = browser.get("/conversations"), browser.get("/conversations")
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert policy != second.headers["Content-Security-Policy"]
    found = re.search(r"script-src 'nonce-([^']+)'", policy)
    assert found
    assert f'nonce="{found[1]}"' in first.text
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in first.headers


def test_over_tls_the_cookie_is_tied_to_the_host_and_hsts_is_sent(desk: Desk) -> None:
    secure = settings.get().model_copy(update={"public_url": "https://webcare.example.org"})
    app = create_app(secure)
    with db.transaction() as session:
        agents.set_password(session, None, desk.cast.amina.agent_id, "seven green bicycles")
        email = agent_rows.one(session, desk.cast.amina.agent_id).email
    answer = app.test_client().post("/sign-in", data={"email": email, "password": "seven green bicycles"})
    cookie = answer.headers.getlist("Set-Cookie")[-1]
    assert cookie.startswith("__Host-webcare=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "max-age=" in answer.headers["Strict-Transport-Security"]


def test_a_disabled_agent_is_out_at_once(desk: Desk) -> None:
    browser = desk.browser(desk.cast.amina)
    assert browser.get("/conversations").status_code == 200
    with db.transaction() as session:
        agents.disable(session, desk.cast.ada, desk.cast.amina.agent_id)
    assert browser.get("/conversations").status_code == 302


def test_a_sign_in_ends_after_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.browser(desk.cast.amina)
    later = clock.now() + timedelta(hours=12, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.get("/me", Accept="application/json").status_code == 401


def test_the_page_after_sign_in_is_never_on_another_site(desk: Desk) -> None:
    for place in ("//evil.example", "/\\evil.example", "https://evil.example", "/sign-out"):
        with desk.app.test_request_context(headers={"Cookie": f"webcare_place={place}"}):
            assert security.next_place() == "/"
    with desk.app.test_request_context(headers={"Cookie": "webcare_place=/facts"}):
        assert security.next_place() == "/facts"
