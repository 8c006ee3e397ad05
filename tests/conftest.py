"""Gives every test the real engines: one PostgreSQL and one Valkey per test process, in a temporary folder.

`database_url`, `redis_url`: addresses, also set as DATABASE_URL and REDIS_URL for code that reads settings.
`session`: one transaction that is rolled back after the test; the quickest, for services and queries.
`clean_database`: committed rows are wiped first; for edges, workers and whole programs.
`written_database`: the same without wiping, for tests that share what they commit.
`empty_database`: the address of a database without any table; for migrations.
`clean_redis`: Valkey without a key.
`chromium`: the path of a browser, or the test is skipped with a sentence that says what to install.
`var`: an empty folder for a program that starts engines of its own.
`rules_alone`: used by every test inside this process, so that an expected level doesn't change with the
examples that triage learned from; a test marked `learned` and every program started by one use the model.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy.orm import Session

from webcare import db, embedded, metrics_folder, settings
from webcare.learning import shelf

# How long an example takes is the machine's business; no test may fail because others work beside it.
hypothesis_settings.register_profile("webcare", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("webcare")

_KEPT = {"WEBCARE_PG_BIN", "WEBCARE_PG_USER"}
# The developer's own DATABASE_URL must never reach a test: tests wipe what they are given.
for _name in {name.upper() for name in settings.Settings.model_fields} - _KEPT:
    os.environ.pop(_name, None)
settings.get.cache_clear()


def _set(name: str, value: str) -> None:
    os.environ[name] = value
    settings.get.cache_clear()


def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="webcare-test-"))
    # Root hands the database to an ordinary account, which must be able to walk in; pytest's own are closed.
    made.chmod(0o711)
    return made


@pytest.fixture(autouse=True)
def _no_metrics_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget where an earlier test counted: that folder is gone, and programs would inherit its name."""
    monkeypatch.delenv(metrics_folder.NAME, raising=False)


@pytest.fixture
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forget the engines of this test process, for tests that start engines of their own."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


@pytest.fixture
def var() -> Iterator[Path]:
    """Return an empty folder that engines' accounts can enter; it is removed after the test."""
    made = _folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="session")
def engines() -> Iterator[embedded.Engines]:
    """Start both engines for this test process; the kernel ends them even when pytest is killed."""
    folder = _folder()
    started = embedded.start(folder, settings.Settings(), is_durable=False)
    try:
        yield started
    finally:
        if "DATABASE_URL" in os.environ:
            db.dispose()
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _named(url: str, database: str) -> str:
    return url.replace("@/webcare?", f"@/{database}?")


def _administer(url: str, statement: str, *names: str) -> None:
    """Run `statement` with quoted `names` beside the database of `url`, outside any transaction."""
    with psycopg.connect(_named(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session")
def database_url(engines: embedded.Engines) -> str:
    """Return the address of a migrated database, and let settings name it."""
    db.upgrade(engines.database_url)
    with psycopg.connect(engines.database_url) as connection:
        _keep_seeds(connection)
    _set("DATABASE_URL", engines.database_url)
    return engines.database_url


@pytest.fixture(scope="session")
def redis_url(engines: embedded.Engines) -> str:
    """Return the address of Valkey, and let settings name it."""
    _set("REDIS_URL", engines.redis_url)
    return engines.redis_url


@pytest.fixture
def session(unwritten_database: str) -> Iterator[Session]:
    """Return a session on seeds alone, whose every change is rolled back after the test."""
    with db.engine().connect() as connection:
        around = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as opened:
            yield opened
        around.rollback()


# The databases to which a test of this process may have committed since they were wiped.
_written: set[str] = set()


@pytest.fixture(scope="module")
def unwritten_module(database_url: str) -> str:
    """Wipe what earlier modules committed, and return the database's address."""
    return _unwritten(database_url)


@pytest.fixture
def unwritten_database(database_url: str) -> str:
    """Wipe what earlier tests committed, and return the database's address."""
    return _unwritten(database_url)


@pytest.fixture
def written_database(database_url: str) -> str:
    """Return the database's address to a test that commits to it."""
    _written.add(database_url)
    return database_url


@pytest.fixture
def clean_database(unwritten_database: str, written_database: str) -> str:
    """Wipe what earlier tests committed, and return the database's address to one that commits too."""
    return written_database


def _unwritten(url: str) -> str:
    if url in _written:
        with psycopg.connect(url) as connection:
            _wipe(connection)
        _written.discard(url)
    return url


def _tables(connection: psycopg.Connection, schema: str) -> list[str]:
    """Return the tables of `schema` that hold a row; truncating costs files, looking costs nothing."""
    rows = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename <> 'alembic_version'", (schema,)
    ).fetchall()
    look = sql.SQL("SELECT 1 FROM {} LIMIT 1")
    return [
        name for (name,) in rows if connection.execute(look.format(sql.Identifier(schema, name))).fetchone()
    ]


def _keep_seeds(connection: psycopg.Connection) -> None:
    """Remember the rows that migrations laid, so that wiping can lay them again."""
    connection.execute("CREATE SCHEMA seed")
    for name in _tables(connection, "public"):
        copy = sql.SQL("CREATE TABLE {} AS TABLE {}")
        connection.execute(copy.format(sql.Identifier("seed", name), sql.Identifier("public", name)))


def _wipe(connection: psycopg.Connection) -> None:
    filled = [sql.Identifier("public", name) for name in _tables(connection, "public")]
    if filled:
        joined = sql.SQL(", ").join(filled)
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(joined))
    for name in _tables(connection, "seed"):
        lay = sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM {}")
        connection.execute(lay.format(sql.Identifier("public", name), sql.Identifier("seed", name)))


@pytest.fixture
def empty_database(engines: embedded.Engines) -> Iterator[str]:
    """Return the address of a new database without any table; it is dropped after the test."""
    name = f"empty_{uuid4().hex}"
    _administer(engines.database_url, "CREATE DATABASE {}", name)
    yield _named(engines.database_url, name)
    _administer(engines.database_url, "DROP DATABASE {} WITH (FORCE)", name)


@pytest.fixture
def clean_redis(redis_url: str) -> str:
    """Empty Valkey, and return its address."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of a Chromium; skip, and say so, where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("No Chromium on this machine, so nothing was tried in a browser; apt-get install chromium")


@pytest.fixture(autouse=True)
def rules_alone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.node.get_closest_marker("learned") is None:
        monkeypatch.setattr(shelf, "in_use", lambda _var: None)
