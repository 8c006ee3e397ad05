"""The signed JSON channel: proven, kept, receipted; hostile input is refused or stored, never a 5xx."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from webcare import clock, db, settings
from webcare.app import create_app
from webcare.channels.webhook import sign
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes
from webcare.views import hooks

pytestmark = pytest.mark.usefixtures("clean_database", "redis_url")


@pytest.fixture
def inbox() -> InboxRow:
    hooks._known.clear()
    with db.transaction() as session:
        return inboxes.create(session, None, inboxes.NewInbox("main", "Main", "webhook"))


@pytest.fixture
def client() -> FlaskClient:
    return create_app(settings.get()).test_client()


def send(client: FlaskClient, inbox: InboxRow, body: bytes | Any, **headers: str) -> TestResponse:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = {
        "Webcare-Signature": sign(raw, inbox.secrets[0], clock.now()),
        "Content-Type": "application/json",
    }
    return client.post(f"/hooks/{inbox.slug}", data=raw, headers={**signed, **headers})


def count() -> int:
    with db.transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM raw_events")).scalar_one())


def message(number: int = 1) -> dict[str, Any]:
    return {"id": f"m{number}", "from": {"id": "eve"}, "text": "Is my flight going?"}


def test_a_signed_message_is_kept_and_receipted(client: FlaskClient, inbox: InboxRow) -> None:
    answer = send(client, inbox, message())
    assert answer.status_code == 202
    assert answer.content_type == "application/json"
    assert answer.json
    assert answer.json["receipts"][0]["status"] == "kept"
    assert answer.content_length == len(answer.data)
    assert count() == 1


def test_a_batch_of_a_thousand_is_kept_whole_and_one_more_is_refused(
    client: FlaskClient, inbox: InboxRow
) -> None:
    answer = send(client, inbox, {"messages": [message(n) for n in range(1000)]})
    assert answer.status_code == 202
    assert answer.json
    assert len({receipt["id"] for receipt in answer.json["receipts"]}) == 1000
    assert send(client, inbox, [message(n) for n in range(1001)]).status_code == 422
    assert count() == 1000


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "t=abc,v1=zz", "v1=é", "t=,v1=", "x" * 5000])
def test_a_stranger_is_refused_and_nothing_is_kept(
    client: FlaskClient, inbox: InboxRow, signature: str
) -> None:
    answer = client.post(
        "/hooks/main",
        data=b"{}",
        headers={"Webcare-Signature": signature.encode("latin-1", "replace").decode("latin-1")},
    )
    assert answer.status_code == 401
    assert count() == 0


def test_an_old_signature_is_refused(client: FlaskClient, inbox: InboxRow) -> None:
    from datetime import timedelta

    body = json.dumps(message()).encode()
    old = sign(body, inbox.secrets[0], clock.now() - timedelta(seconds=301))
    assert client.post("/hooks/main", data=body, headers={"Webcare-Signature": old}).status_code == 401


def test_both_live_secrets_open_and_the_one_before_them_does_not(
    client: FlaskClient, inbox: InboxRow
) -> None:
    for expected in (202, 401):
        with db.transaction() as session:
            inboxes.rotate(session, None, inbox.id)
        hooks._known.clear()
        assert send(client, inbox, message()).status_code == expected


def test_an_idempotency_key_gives_the_same_answer_and_refuses_another_body(
    client: FlaskClient, inbox: InboxRow
) -> None:
    first = send(client, inbox, message(1), **{"Idempotency-Key": "k1"})
    again = send(client, inbox, message(1), **{"Idempotency-Key": "k1"})
    assert first.json == again.json
    assert send(client, inbox, message(2), **{"Idempotency-Key": "k1"}).status_code == 409
    assert count() == 1


HOSTILE = {
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 50_000,
    "nul": b'{"id":"a\\u0000","from":"eve","text":"\\u0000"}',
    "surrogate": b'{"from":"eve","text":"\\ud800"}',
    "nan": b'{"from":"eve","text":"x","n":NaN,"e":1e400000}',
    "digits": b'{"from":"eve","text":"x","n":' + b"9" * 5000 + b"}",
    "twice": b'{"text":"a","text":"b","from":"eve","id":1,"id":2}',
    "utf-16": '{"from":"eve","text":"x"}'.encode("utf-16"),
    "empty": b"",
    "null": b"null",
    "text": b"hello",
    "bytes": bytes(range(256)),
    "long": b'{"from":"eve","text":"' + b"a" * 900_000 + b'"}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_are_kept_or_refused(client: FlaskClient, inbox: InboxRow, body: bytes) -> None:
    answer = send(client, inbox, body)
    assert answer.status_code in {202, 400, 413, 422}
    assert count() == (1 if answer.status_code == 202 else 0)


def test_a_body_over_the_limit_and_a_packed_one_are_refused(client: FlaskClient, inbox: InboxRow) -> None:
    assert send(client, inbox, b"x" * (settings.get().webcare_max_body + 1)).status_code == 413
    packed = gzip.compress(b"{}" * 1000)
    assert send(client, inbox, packed, **{"Content-Encoding": "gzip"}).status_code == 422
    assert count() == 0


def test_while_the_database_is_away_the_sender_hears_503(
    client: FlaskClient, inbox: InboxRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(client, inbox, message(1))
    db.dispose()
    monkeypatch.setenv("DATABASE_URL", "postgresql://webcare@/none?host=/nowhere")
    settings.get.cache_clear()
    started = time.monotonic()
    answer = send(client, inbox, message(2))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert time.monotonic() - started < 8
    monkeypatch.undo()
    settings.get.cache_clear()
    db.dispose()
    assert send(client, inbox, message(2)).status_code == 202


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/hooks/none", 404),
        ("POST", "/hooks/a%00b", 404),
        ("POST", "/hooks/", 404),
        ("POST", "/hooks", 404),
        ("POST", "/hooks/main/more", 404),
        ("GET", "/hooks/main", 405),
        ("PUT", "/hooks/main", 405),
    ],
)
def test_a_program_is_refused_in_json(
    client: FlaskClient, inbox: InboxRow, method: str, path: str, status: int
) -> None:
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.json
    assert answer.json["error"].endswith(".")
    assert client.head("/hooks/main").status_code == 405


def test_a_length_over_the_limit_is_refused_unread(client: FlaskClient, inbox: InboxRow) -> None:
    length = str(settings.get().webcare_max_body + 1)
    answer = client.post("/hooks/main", environ_overrides={"CONTENT_LENGTH": length})
    assert answer.status_code == 413
    assert answer.json
    assert "larger than" in answer.json["error"]


def test_an_error_of_our_own_is_json_and_logged_by_kind_without_its_words(
    client: FlaskClient, inbox: InboxRow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    words = "words of a contact"

    def fall(*_: object) -> None:
        raise ValueError(words)

    monkeypatch.setattr("webcare.views.hooks.webhook.split", fall)
    answer = send(client, inbox, message())
    assert answer.status_code == 500
    assert answer.json
    assert answer.json["error"].startswith("Something went wrong on our side")
    (line,) = [vars(record) for record in caplog.records if record.msg == "unexpected error"]
    assert line["route"] == "POST /hooks/<slug>"
    assert line["kind"] == "builtins.ValueError"
    assert words not in str(line)
