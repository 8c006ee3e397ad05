"""A wrong setting ends every command with one sentence that names it: no traceback, never a password."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import _named

COMMANDS = ("up", "web", "worker triage", "clock", "mail", "migrate", "ledger", "doctor")
NOWHERE = "redis://127.0.0.1:1"
# Never part of a sentence: the password of every address below.
SECRET = "hush"
WRONG = {
    "another kind": (
        {"DATABASE_URL": f"mysql://u:{SECRET}@h/x"},
        "DATABASE_URL must start with postgresql://",
    ),
    "a sign": ({"DATABASE_URL": f"postgresql://u:a@{SECRET}@h/x"}, "DATABASE_URL can't be read"),
    "no bell": ({"REDIS_URL": f"http://u:{SECRET}@h"}, "REDIS_URL must start with redis://"),
    "no number": ({"WEBCARE_PORT": "abc"}, "WEBCARE_PORT"),
    "no folder": ({"WEBCARE_VAR": "/dev/null/var"}, "WEBCARE_VAR"),
}


def run(var: Path, words: str, **given: str) -> str:
    """Run a command with settings; return the sentence that it ended with."""
    settings = {"WEBCARE_VAR": str(var), "REDIS_URL": NOWHERE, "WEBCARE_MAIL_PORT": "-1", **given}
    done = subprocess.run(
        [sys.executable, "-m", "webcare.cli", *words.split()],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert SECRET not in said
    return said


@pytest.mark.parametrize(("given", "words"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_setting_is_named(tmp_path: Path, command: str, given: dict[str, str], words: str) -> None:
    said = run(tmp_path, command, **given)
    assert words in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_is_named(tmp_path: Path, command: str) -> None:
    given = {"DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:1/x", "WEBCARE_PORT": "0"}
    assert "DATABASE_URL" in run(tmp_path, command, **given)


def test_a_database_that_nobody_made_is_named(tmp_path: Path, database_url: str) -> None:
    said = run(tmp_path, "ledger", DATABASE_URL=_named(database_url, "nobody_made_this"))
    assert "no database of this name" in said


def test_an_empty_database_is_told_to_migrate(tmp_path: Path, empty_database: str) -> None:
    assert "Run: webcare migrate" in run(tmp_path, "ledger", DATABASE_URL=empty_database)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("up", "WEBCARE_PORT"),
        ("web", "WEBCARE_PORT"),
        ("up", "WEBCARE_MAIL_PORT"),
        ("mail", "WEBCARE_MAIL_PORT"),
    ],
)
def test_a_port_that_is_taken_is_named(tmp_path: Path, database_url: str, command: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = {"WEBCARE_PORT": "0", name: str(taken.getsockname()[1])}
        said = run(tmp_path, command, DATABASE_URL=database_url, **port)
    assert f"set {name} to another number" in said
