"""Checks the engines: PostgreSQL, its tables and its clock; Redis, its queues; and who is alive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from rq import Queue
from sqlalchemy import text

import webcare
from webcare import clock, queues, settings
from webcare.checkup.finding import Finding, broken, look, ok
from webcare.db import transaction
from webcare.errors import Away
from webcare.queries import health

OLDEST_POSTGRESQL = 150_000
OLDEST_REDIS = (6, 2)
SKEW_S, MUCH_SKEW_S = 2.0, 60.0
LONG_QUEUE = 100


def database() -> Iterator[Finding]:
    """Check that PostgreSQL answers, is new enough, has our tables and agrees on the time."""
    if not settings.get().database_url:
        yield broken("PostgreSQL", "DATABASE_URL is not set and no desk runs here. Set it, or: webcare up")
        return
    try:
        with transaction() as session:
            number = int(session.execute(text("SHOW server_version_num")).scalar_one())
            name = session.execute(text("SHOW server_version")).scalar_one()
            before = time.monotonic()
            theirs = session.execute(text("SELECT clock_timestamp()")).scalar_one()
            skew = abs((clock.now() - theirs).total_seconds()) - (time.monotonic() - before)
            at = session.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
            version = (
                session.execute(text("SELECT version_num FROM alembic_version")).scalar() if at else None
            )
    except Away as error:
        yield broken("PostgreSQL", f"No answer at DATABASE_URL. Is it running? ({_first(error.__cause__)})")
        return
    if number < OLDEST_POSTGRESQL:
        yield broken("PostgreSQL", f"{name} is too old; 15 or newer is needed.")
    else:
        yield ok("PostgreSQL", str(name))
    yield _migrated(version)
    yield _skewed(skew)


def _migrated(version: str | None) -> Finding:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - needed here alone, and slow to load

    head = ScriptDirectory(str(Path(webcare.__file__).parent / "migrations")).get_current_head()
    if version == head:
        return ok("migrations", f"up to date ({head})")
    return broken(
        "migrations", f"The database is at {version or 'nothing'}, needed is {head}. Run: webcare migrate"
    )


def _skewed(skew: float) -> Finding:
    if skew < SKEW_S:
        return ok("time", "this machine and the database agree")
    words = f"This machine and the database differ by {skew:.0f} s. Switch time synchronisation (NTP) on."
    return broken("time", words) if skew > MUCH_SKEW_S else look("time", words)


def bell() -> Iterator[Finding]:
    """Check that Redis answers, is new enough and throws nothing away. Without it the desk still works."""
    if not settings.get().redis_url:
        yield broken("Redis", "REDIS_URL is not set and no desk runs here. Set it, or: webcare up")
        return
    try:
        link = queues.connection()
        found: Any = link.info("server")
        policy = _policy(link)
    except redis.RedisError as error:
        yield look("Redis", f"No answer at REDIS_URL; workers poll the database meanwhile. ({_first(error)})")
        return
    version = str(found.get("valkey_version") or found.get("redis_version") or "0")
    name = "Valkey" if found.get("valkey_version") else "Redis"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        yield broken("Redis", f"{name} {version} is too old; 6.2 or newer is needed.")
    else:
        yield ok("Redis", f"{name} {version}")
    if policy not in ("noeviction", ""):
        yield look("Redis", f"maxmemory-policy is {policy}: bells may be thrown away. Set noeviction.")


def _policy(link: redis.Redis) -> str:
    try:
        answer = link.config_get("maxmemory-policy")
    except redis.ResponseError:
        return ""  # hosted Redis hides its configuration
    return str(answer.get("maxmemory-policy", "")) if isinstance(answer, dict) else ""


def lines() -> Iterator[Finding]:
    """Check that somebody works on every queue and that none is long."""
    alive = _alive()
    if alive is None:
        return
    for name in queues.QUEUES:
        waiting = _length(name)
        count = alive.get(name, 0)
        said = "length unknown" if waiting is None else f"{waiting} waiting"
        if not count:
            yield broken(f"queue {name}", f"No worker is alive ({said}). Start: webcare worker {name}")
        elif (waiting or 0) > LONG_QUEUE:
            yield look(f"queue {name}", f"{said}, {count} worker(s). Start another: webcare worker {name}")
        else:
            yield ok(f"queue {name}", f"{said}, {count} worker(s)")
    if alive.get("clock"):
        yield ok("clock", "ticking")
    else:
        yield broken("clock", "No clock is alive: leases and promises are not watched. Start: webcare clock")


def _alive() -> dict[str, int] | None:
    try:
        with transaction() as session:
            found = health.beats(session)
    except Away:
        return None  # said already
    roles: dict[str, int] = {}
    for beat in found:
        roles[beat.role] = roles.get(beat.role, 0) + beat.is_alive
    return roles


def _length(queue: str) -> int | None:
    try:
        return Queue(queue, connection=queues.connection(), serializer="json").count
    except (redis.RedisError, RuntimeError):
        return None


def _first(error: BaseException | None) -> str:
    lines = str(error).splitlines() if error else []
    return lines[0][:160] if lines else "no reason given"
