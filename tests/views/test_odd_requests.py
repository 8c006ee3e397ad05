"""Sends odd addresses and odd forms to every route there is: each is answered, none breaks the desk."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import factories
from tests.views.conftest import Browser, Desk
from webcare import db, security
from webcare.app import create_app
from webcare.settings import Settings

RULES = [rule for rule in create_app(Settings()).url_map.iter_rules() if rule.endpoint != "static"]
IDS = ("1", "0", "123456789", str(2**31), str(2**63 - 1), str(2**63), "9" * 5000, "-1", "%00", "1%0a", "é")
WORDS = ("contact", "%00", "a%00b", "%0d%0a", "%ff", "%ed%a0%80", "..", "x" * 3000, "'", "{{1}}", "%u0000")
QUERIES = ("before={0}&after={0}&opened={0}&tab={0}&order={0}&language={0}&playbook={0}&write={0}",)
SAID = (
    *("", "\x00", "a\x00b", "a\r\nb", "\n", "é", "\u202e", "x" * 30_000, "-1", "0", str(2**31), str(2**63)),
    *("9" * 5000, "1e400", "nan", "123456789", "../..", "9999-12-31T23:59:59-23:59"),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "1e11"),
)
SENT: tuple[Any, ...] = (None, True, 2**31, 2**63, -(2**70), 1e300, [], {}, ["\x00"], {"\x00": 1}, "\ud800")
USUAL: dict[str, Any] = {
    "name": "Eve",
    "initials": "EE",
    "email": "eve@example.com",
    "password": "a long password",
    "role": "agent",
    "slug": "another",
    "channel": "webhook",
    "text": "Where is my bag?",
    "level": "2",
    "playbook": factories.ASH,
    "reason": "Ash over the hub",
    "phase": "respond",
    "step": "first",
    "agent_id": "1",
    "activation_id": "1",
    "key": "next_update_at",
    "said_en": "Soon",
    "said_nl": "Straks",
    "source": "operations",
    "why": "It was wrong",
    "seen_version": "1",
    "decision": "give_up",
    "client_token": "a" * 32,
}
OF_THE_PAGE = ("tab", "language", "insert", "conversation", "x\x00")
# One role is an agent's, the other one of an activation; these need what others must not have.
OF_A_FORM: dict[str, dict[str, Any]] = {"NextUpdateForm": {"minutes": "30"}}


@pytest.fixture
def ada(desk: Desk) -> Iterator[Browser]:
    """Return an admin's browser on a desk with one of each thing, where nothing is limited."""
    for limiter in desk.app.extensions["limiter"]:
        limiter.enabled = False
    desk.conversation()
    desk.inbox("contact", "form")
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev)
    # Nobody is asked to look at the traces of a broken answer here; the status says it.
    logging.disable(logging.CRITICAL)
    yield desk.browser(desk.cast.ada)
    logging.disable(logging.NOTSET)


def addresses(rule: Rule) -> list[str]:
    """Return the addresses of a rule: the usual one, then one for each odd part."""
    kinds = {name: type(converter).__name__ for name, converter in rule._converters.items()}
    usual = {name: "1" if kind == "_Id" else "contact" for name, kind in kinds.items()}
    odd = [
        {**usual, name: each} for name, kind in kinds.items() for each in (IDS if kind == "_Id" else WORDS)
    ]
    return [_filled(rule.rule, parts) for parts in (usual, *odd)]


def _filled(address: str, parts: dict[str, str]) -> str:
    for name, value in parts.items():
        address = address.replace(f"<int:{name}>", value).replace(f"<{name}>", value)
    return address


def shape_of(ada: Browser, endpoint: str) -> type[BaseModel] | None:
    """Return the form that a view reads, found by the name it calls it."""
    view = inspect.unwrap(ada.client.application.view_functions[endpoint])
    named = [view.__globals__.get(name) for name in view.__code__.co_names]
    return next((each for each in named if isinstance(each, type) and issubclass(each, BaseModel)), None)


def usual(shape: type[BaseModel]) -> dict[str, Any]:
    """Return a form as a person would send it."""
    given = {name: USUAL[name] for name in shape.model_fields if name in USUAL}
    return given | OF_A_FORM.get(shape.__name__, {})


def broken(answer: TestResponse, what: object) -> list[str]:
    """Return `what` when the answer says that we broke; the answer is let go of unread."""
    status = answer.status_code
    answer.close()
    return [f"{status} for {str(what)[:120]}"] if status >= 500 else []


def typed(ada: Browser, path: str, body: dict[str, Any]) -> TestResponse:
    """Post JSON that may hold what no page would: half a sign, huge numbers."""
    headers = {"Accept": "application/json", "X-CSRF-Token": token(ada)}
    return ada.client.post(path, data=json.dumps(body), headers=headers, content_type="application/json")


def token(ada: Browser) -> str:
    with ada.client.application.test_request_context(headers={"Cookie": f"webcare={ada.token}"}):
        return security.csrf()


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if "GET" in (rule.methods or ())], ids=lambda rule: rule.rule
)
def test_no_address_breaks_a_page(ada: Browser, rule: Rule) -> None:
    queries = ["", *(query.format(each) for query in QUERIES for each in (*IDS, *WORDS))]
    asked = [*addresses(rule), *(f"{addresses(rule)[0]}?{query}" for query in queries)]
    for kind in ("text/html", "application/json"):
        assert not [said for path in asked for said in broken(ada.get(path, Accept=kind), path)]


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if "POST" in (rule.methods or ())], ids=lambda rule: rule.rule
)
def test_no_address_and_no_form_breaks_a_change(ada: Browser, rule: Rule) -> None:
    shape = shape_of(ada, rule.endpoint)
    form = usual(shape) if shape else {}
    paths = addresses(rule)
    found = [said for path in paths for said in broken(ada.post(path, form), path)]
    fields = tuple(shape.model_fields) if shape else ()
    for name in (*fields, *OF_THE_PAGE):
        for each in SAID if name in fields else SAID[:6]:
            found += broken(ada.post(paths[0], {**form, name: each}), (name, each))
    for name, sent in ((name, sent) for name in fields for sent in SENT):
        found += broken(typed(ada, paths[0], {**form, name: sent}), (name, sent))
    assert not found


@pytest.mark.parametrize("path", ["/forms/contact", "/sign-in", "/conversations/1/notes"])
@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, '"\\ud800"', "[NaN]", "\x00"])
def test_json_that_says_nothing_is_refused(ada: Browser, path: str, body: str) -> None:
    headers = {"Accept": "application/json", "X-CSRF-Token": token(ada)}
    answer = ada.client.post(path, data=body, headers=headers, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("once", ["a\nb", "a\rb", "a\x00b", "a b", "x" * 65])
def test_a_key_of_a_form_is_plain(ada: Browser, once: str) -> None:
    form = {"email": "eve@example.com", "text": "Where is my bag?", "once": once}
    answer = ada.client.post("/forms/contact", data=form)
    assert answer.status_code == 400
    assert "once" in answer.text


def test_an_inbox_that_is_not_there_is_not_closed(ada: Browser) -> None:
    assert ada.post("/inboxes/123456789/closing").status_code == 404
    assert ada.post("/inboxes/123456789/secrets").status_code == 404


def test_an_inbox_belongs_to_a_team_that_exists(ada: Browser) -> None:
    form = {"slug": "app", "name": "App", "channel": "webhook", "team_id": "987"}
    assert ada.post("/inboxes", form).status_code == 422
    assert ada.post("/inboxes", {**form, "team_id": "1"}).status_code == 201


def test_a_moment_that_no_zone_can_name_is_explained(ada: Browser) -> None:
    answer = ada.send("/activations/1/next-update", {"at": "9999-12-31T23:59:59-23:59"})
    assert answer.status_code == 400
    assert answer.json
    assert answer.json["reasons"] == ["at: say a moment between the years 2000 and 2199."]
