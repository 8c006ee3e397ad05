"""The doctor says what is wrong and how to mend it, and comes to the end whatever is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from tests import outgoing, standin
from webcare import db, queues, settings
from webcare.commands.doctor import doctor
from webcare.services import heartbeats

pytestmark = pytest.mark.usefixtures("clean_database", "clean_redis")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("WEBCARE_VAR", str(tmp_path))
    monkeypatch.setenv("WEBCARE_MAIL_PORT", "-1")
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()
    queues.connection.cache_clear()


def given(monkeypatch: pytest.MonkeyPatch, **named: str) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    settings.get.cache_clear()
    queues.connection.cache_clear()


def examined() -> dict[str, list[tuple[str, str]]]:
    done = CliRunner().invoke(doctor, ["--json"])
    found: dict[str, list[tuple[str, str]]] = {}
    for each in json.loads(done.output)["findings"]:
        found.setdefault(each["what"], []).append((each["state"], each["words"]))
    assert done.exit_code == any(state == "broken" for lines in found.values() for state, _ in lines)
    return found


def everybody_alive() -> None:
    with db.transaction() as session:
        for role in (*queues.QUEUES, "clock"):
            heartbeats.beat(session, f"{role}@here:1", role)


def test_a_healthy_desk_is_well_and_says_so_a_line_each() -> None:
    everybody_alive()
    done = CliRunner().invoke(doctor, [])
    assert "broken" not in done.output
    assert done.exit_code == 0
    assert "ok      PostgreSQL: 18" in done.output
    assert "look    Slack: SLACK_BOT_TOKEN is not set" in done.output


def test_missing_workers_and_clock_are_named_with_the_command() -> None:
    found = examined()
    state, words = found["queue delivery"][0]
    assert state == "broken"
    assert words.endswith("Start: webcare worker delivery")
    assert found["clock"][0][0] == "broken"


def test_engines_that_are_away_are_two_lines_not_a_crash(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, REDIS_URL=f"unix://{tmp_path}/none.sock")
    away = db.make_engine(f"postgresql://nobody@/nothing?host={tmp_path}")
    monkeypatch.setattr(db._Holder, "engine", away)
    found = examined()
    assert found["PostgreSQL"][0][0] == "broken"
    assert found["Redis"][0][0] == "look"
    assert found["playbooks"]


def test_an_old_database_is_told_to_migrate() -> None:
    with db.transaction() as session:
        at = session.execute(text("UPDATE alembic_version SET version_num = '0001' RETURNING 1")).scalar()
        assert at == 1
    try:
        assert examined()["migrations"][0][1].endswith("Run: webcare migrate")
    finally:
        with db.transaction() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": _head()})


def _head() -> str:
    from alembic.script import ScriptDirectory

    folder = Path(db.__file__).parent / "migrations"
    return str(ScriptDirectory(str(folder)).get_current_head())


@pytest.mark.parametrize(
    ("name", "value", "what", "words"),
    [
        ("WEBCARE_PORT", "eighty", "settings", "WEBCARE_PORT"),
        ("WEBCARE_SLACK_CRISSIS", "#x", "settings", "Did you mean WEBCARE_SLACK_CRISIS?"),
        ("PUBLIC_URL", "http://webcare.example.org", "PUBLIC_URL", "not https"),
        ("SMTP_HOST", "127.0.0.1", "mail server", "does not answer"),
        ("WEBCARE_MAIL_PORT", "1", "mail listener", "Start: webcare mail"),
        ("WEBCARE_PLAYBOOKS", "/nonexistent", "playbooks", "Set WEBCARE_PLAYBOOKS"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, what: str, words: str
) -> None:
    given(monkeypatch, **{name: value, **({"SMTP_PORT": "1"} if name == "SMTP_HOST" else {})})
    assert any(words in said for state, said in examined()[what] if state != "ok")


def test_slack_is_asked_whose_the_token_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with standin.running() as slack:
        given(monkeypatch, SLACK_BOT_TOKEN="xoxb-test", SLACK_API_URL=slack.url)
        slack.answers = [
            standin.Answer(200, {"ok": True, "user": "webcare", "team": "Polder Air"}),
            standin.Answer(200, {"ok": False, "error": "invalid_auth"}),
        ]
        assert examined()["Slack"] == [("ok", "signed in as webcare in Polder Air")]
        assert examined()["Slack"][0][0] == "broken"


def test_each_inbox_says_what_it_lacks() -> None:
    with db.transaction() as session:
        lacking = outgoing.inbox(session, "webhook")
        whole = outgoing.inbox(session, "webhook", outbound_url="https://example.org/in")
        slugs = {row.id: row.slug for row in session.execute(text("SELECT id, slug FROM inboxes"))}
    found = examined()
    assert found[f"inbox {slugs[lacking]}"][0][0] == "look"
    assert found[f"inbox {slugs[whole]}"][0][0] == "ok"
