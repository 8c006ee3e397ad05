"""Inboxes, agents, the public form, the questions of machines, the live stream, a database that is away."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import text

from tests.views.conftest import Desk
from webcare import db, live, settings
from webcare.app import create_app
from webcare.events_stream import BACKLOG, EVERYTHING, Listener, Stream

WORDS = {"name": "Eve", "email": "Eve@Example.com", "subject": "Bag", "text": "Where is my bag <b>now</b>?"}


def kept() -> list[bytes]:
    with db.transaction() as session:
        return [bytes(body) for body in session.execute(text("SELECT body FROM raw_events")).scalars()]


def test_a_secret_is_shown_once_and_never_listed(desk: Desk) -> None:
    ada = desk.browser(desk.cast.ada)
    form = {"slug": "app", "name": "App", "channel": "webhook"}
    made = ada.post("/inboxes", form)
    assert made.status_code == 201
    with db.transaction() as session:
        secret = session.execute(text("SELECT secrets[1] FROM inboxes WHERE slug = 'app'")).scalar_one()
    assert secret in made.text
    assert secret not in ada.get("/inboxes").text
    assert secret not in ada.get("/inboxes", Accept="application/json").text
    rotated = ada.post("/inboxes/1/secrets").text
    assert secret not in rotated
    assert ada.post("/inboxes", form).status_code == 409


def test_an_admin_disables_and_lets_in_again(desk: Desk) -> None:
    ada, path = desk.browser(desk.cast.ada), f"/agents/{desk.cast.vera.agent_id}"
    assert ada.post(f"{path}/closing").status_code == 303
    assert "disabled" in ada.get("/agents").text
    assert ada.post(f"{path}/opening").status_code == 303
    again = ada.post(f"{path}/invitation")
    assert again.status_code == 201
    assert "/invitations/" in again.text
    assert ada.post(f"/agents/{desk.cast.ada.agent_id}/closing").status_code == 422


def test_a_form_is_kept_with_a_receipt_and_is_not_read_back(desk: Desk) -> None:
    desk.inbox("contact", "form")
    client = desk.stranger()
    empty = client.get("/forms/contact")
    assert empty.status_code == 200
    once = empty.text.split('name="once" value="')[1].split('"')[0]
    for _ in range(2):
        thanks = client.post("/forms/contact", data={**WORDS, "once": once})
        assert thanks.status_code == 200
        assert "Where is my bag" not in thanks.text
        assert "r1" in thanks.text
    assert len(kept()) == 1
    assert json.loads(kept()[0])["address"] == "eve@example.com"


@pytest.mark.parametrize("wrong", [{"website": "spam"}, {"text": ""}, {"email": "no"}, {"evil": "1"}])
def test_a_form_that_is_wrong_or_a_trap_keeps_nothing(desk: Desk, wrong: dict[str, str]) -> None:
    desk.inbox("contact", "form")
    answer = desk.stranger().post("/forms/contact", data={**WORDS, **wrong})
    assert answer.status_code in {400, 422}
    assert kept() == []
    assert "Where is my bag" not in answer.text


def test_a_flood_of_forms_from_one_address_is_stopped(desk: Desk) -> None:
    desk.inbox("contact", "form")
    client = desk.stranger()
    codes = [client.post("/forms/contact", data=WORDS).status_code for _ in range(12)]
    assert codes[-1] == 429
    assert codes[0] == 200


def test_there_is_no_form_for_other_inboxes(desk: Desk) -> None:
    desk.inbox("app", "webhook")
    assert desk.stranger().get("/forms/app").status_code == 404


def test_machines_hear_one_word(desk: Desk) -> None:
    assert desk.stranger().get("/healthz").text == "ok\n"
    assert desk.stranger().get("/readyz").text == "ready\n"


def test_the_figures_are_for_the_token_and_for_admins(desk: Desk) -> None:
    assert desk.stranger().get("/metrics").status_code == 403
    assert desk.browser(desk.cast.dev).get("/metrics").status_code == 403
    told = settings.get().model_copy(update={"webcare_metrics_token": SecretStr("t0ken")})
    client = create_app(told).test_client()
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200


def test_an_alert_and_the_ledger_have_a_page(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    assert "All quiet" in dev.get("/alerts").text
    assert "No inbox yet" in dev.get("/ledger").text
    desk.inbox("contact", "form")
    assert "balanced" in dev.get("/ledger").text


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> FlaskClient:
    gone = "postgresql://webcare@/webcare?host=/nowhere"
    monkeypatch.setattr(db._Holder, "engine", db.make_engine(gone))
    return desk.app.test_client()


def test_a_database_that_is_away_is_said_in_plain_words(away: FlaskClient) -> None:
    away.set_cookie("webcare", "x" * 43)
    for address in ("/conversations", "/readyz", "/forms/contact"):
        answer = away.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert "database" in answer.text
        assert "again" in answer.text
    assert away.get("/healthz").status_code == 200


def test_a_change_is_heard_after_it_was_committed(desk: Desk, database_url: str) -> None:
    listener = Listener(database_url, most=2)
    stream = listener.subscribe()
    assert stream
    lines = listener.lines(stream, life=10, heartbeat=5)
    assert next(lines).startswith("retry:")
    assert EVERYTHING in next(lines)
    with db.transaction() as session:
        live.tell(session, "conversation", [7])
    assert next(lines) == 'event: changed\ndata: {"noun":"conversation","ids":[7]}\n\n'
    listener.close()
    assert list(lines) == []
    assert listener.open_streams == 0


def test_a_quiet_stream_says_that_it_lives_and_ends_by_itself() -> None:
    listener = Listener("postgresql://webcare@/webcare?host=/nowhere", most=1)
    stream = Stream()
    said = list(listener.lines(stream, life=0.25, heartbeat=0.1))
    assert said[1:3] == [": alive\n\n", ": alive\n\n"]
    assert len(said) <= 5


def test_a_desk_that_lags_is_told_to_look_at_everything() -> None:
    stream = Stream()
    for number in range(BACKLOG + 1):
        stream.put(str(number))
    assert stream.waiting.get_nowait() == EVERYTHING
    assert stream.waiting.empty()


def test_past_the_cap_a_browser_is_told_to_poll(desk: Desk) -> None:
    few = settings.get().model_copy(update={"webcare_streams": 1})
    desk.app = create_app(few)
    browser = desk.browser(desk.cast.amina)
    first = browser.client.get("/events", buffered=False)
    assert first.status_code == 200
    full = browser.get("/events")
    assert full.status_code == 503
    assert full.headers["Retry-After"] == "30"
    first.close()
    again = browser.client.get("/events", buffered=False)
    assert again.status_code == 200
    again.close()
    desk.app.extensions["listener"].close()
