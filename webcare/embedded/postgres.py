"""Prepares the embedded PostgreSQL: makes its folder, starts it, makes the role and the database."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from webcare.embedded import binaries, leftover
from webcare.embedded.account import as_account, own_names
from webcare.embedded.places import Places, make_owned
from webcare.embedded.server import Server
from webcare.embedded.trouble import EngineTrouble, explain

# Recovery after a power cut replays at most max_wal_size; on a slow disk that takes a while.
READY_S = 120.0
_INITDB_S = 120.0
_OLDEST = 15
_BUILTIN_LOCALE_SINCE = 17
_ASYNCHRONOUS_IO_SINCE = 18
_ROLE = "webcare"

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "min_wal_size": "32MB",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "jit": "off",
    "huge_pages": "off",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Wanted:
    """What the caller asks for: WEBCARE_PG_BIN, and whether data must survive a power cut."""

    chosen: Path | None = None
    is_durable: bool = True


def url(socket_folder: Path, database: str = _ROLE) -> str:
    """Return the address under which `database` in the PostgreSQL at `socket_folder` is reached."""
    return f"postgresql://{_ROLE}@/{database}?host={quote(str(socket_folder))}"


def start(places: Places, socket_folder: Path, wanted: Wanted) -> Server:
    """Start PostgreSQL on its folder (made when new), wait until it answers, make role and database.

    Raises EngineTrouble: data of another version, full disk, not ready within 120 s ...
    """
    programs = binaries.postgres(places, wanted.chosen)
    major = _major(programs, places)
    data = places.home / "postgres"
    if data.exists():
        _check_version(data, major)
        leftover.end(data)
    else:
        _initialise(programs, places, data, major)
    _write_rules(data)
    argv = _argv(programs, data, socket_folder, major)
    if not wanted.is_durable:
        argv += _options(_FORGETFUL)
    server = Server("PostgreSQL", tuple(argv), places.logs / "postgres.log", places.account, signal.SIGINT)
    server.spawn()
    try:
        server.wait_until(lambda: _answers(socket_folder), READY_S)
        _make_database(socket_folder)
    except BaseException:
        server.stop()
        raise
    return server


def _major(programs: Path, places: Places) -> int:
    try:
        said = subprocess.run(  # noqa: S603 - no shell, own words
            [str(programs / "postgres"), "--version"],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            cwd="/",
            **as_account(places.account),
        )
    except OSError as error:
        raise EngineTrouble(
            f"{programs / 'postgres'} can't be run ({error.strerror}). "
            "Set WEBCARE_PG_BIN to PostgreSQL programs for this machine, or set DATABASE_URL."
        ) from error
    found = re.search(r"PostgreSQL\) (\d+)", said.stdout)
    if not found:
        raise explain("PostgreSQL can't be run", said.stderr.strip(), programs)
    if int(found[1]) < _OLDEST:
        raise EngineTrouble(f"{programs} holds PostgreSQL {found[1]}; Webcare needs {_OLDEST} or newer.")
    return int(found[1])


def _check_version(data: Path, major: int) -> None:
    try:
        made_by = int((data / "PG_VERSION").read_text())
    except (OSError, ValueError):
        raise EngineTrouble(
            f"{data} is there but holds no readable PG_VERSION, so it is not a whole database. "
            "Put a backup back, or move it away to start with an empty one."
        ) from None
    if made_by != major:
        raise EngineTrouble(
            f"The data in {data} come from PostgreSQL {made_by}; this is {major}, which can't read them. "
            f"Set WEBCARE_PG_BIN to programs of PostgreSQL {made_by} (then move the data with pg_dump), "
            "or set WEBCARE_VAR to another folder to start empty."
        )


def _initialise(programs: Path, places: Places, data: Path, major: int) -> None:
    """Make the folder under another name first: one that was interrupted must not look whole."""
    half = data.with_name("postgres.half")
    shutil.rmtree(half, ignore_errors=True)
    make_owned(half, places.account)
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = builtin if major >= _BUILTIN_LOCALE_SINCE else ["--locale=C.UTF-8"]
    said = subprocess.run(  # noqa: S603 - no shell, own words
        [
            *(str(programs / "initdb"), "-D", str(half), "--username=postgres", "--encoding=UTF8"),
            *("--auth=peer", "--no-instructions", *locale),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_INITDB_S,
        check=False,
        cwd="/",
        **as_account(places.account),
    )
    if said.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise explain("PostgreSQL can't make its folder", said.stderr.strip()[-1500:], data)
    half.rename(data)


def _write_rules(data: Path) -> None:
    """Let in only those whom the kernel vouches for: no password to leak, and no way in for `nobody`."""
    rows = [f"own {who} {role}\n" for who in own_names() for role in ("postgres", _ROLE)]
    for name, text in (("pg_hba.conf", "local all all peer map=own\n"), ("pg_ident.conf", "".join(rows))):
        (data / name).write_text(text, encoding="utf-8")


def _options(settings: dict[str, str]) -> list[str]:
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _argv(programs: Path, data: Path, socket_folder: Path, major: int) -> list[str]:
    quoted = str(socket_folder).replace('"', '""')
    settings = _SETTINGS | {"unix_socket_directories": f'"{quoted}"'}
    if major >= _ASYNCHRONOUS_IO_SINCE:
        # Its three helper processes cost more memory here than they win.
        settings["io_method"] = "sync"
    return [str(programs / "postgres"), "-D", str(data), *_options(settings)]


def _connect(socket_folder: Path) -> psycopg.Connection:
    return psycopg.connect(
        host=str(socket_folder), user="postgres", dbname="postgres", connect_timeout=2, autocommit=True
    )


def _answers(socket_folder: Path) -> bool:
    try:
        _connect(socket_folder).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_database(socket_folder: Path) -> None:
    """Make role and database; the role is no superuser, so its SQL can't reach the system."""
    with _connect(socket_folder) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (_ROLE,)).fetchone():
            # CREATEDB: the tests clone a migrated database.
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(sql.Identifier(_ROLE)))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (_ROLE,)).fetchone():
            name = sql.Identifier(_ROLE)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
