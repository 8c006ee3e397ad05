"""What is warmed before the fork leaves nothing behind, and an engine that is away stops nothing."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text

from webcare import db, queues, settings
from webcare.commands import warming


def _connections() -> int:
    with db.transaction() as session:
        # The server's own helpers come and go as they like.
        asked = text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
        )
        return int(session.execute(asked).scalar_one())


@pytest.mark.usefixtures("database_url", "redis_url")
def test_warming_closes_what_it_opened() -> None:
    db.dispose()
    # Other tests of this process may still listen; nothing may come on top of them.
    before = _connections()
    db.dispose()
    warming.warm((), ["volcanic-ash"])
    # The server takes a moment to notice that one has gone.
    until = time.monotonic() + 10
    while _connections() > before and time.monotonic() < until:
        time.sleep(0.05)
    assert _connections() == before
    assert queues.connection.cache_info().currsize == 0


@pytest.mark.usefixtures("database_url")
def test_an_engine_that_is_away_is_left_to_those_who_wait_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    away = settings.Settings(database_url="postgresql://webcare@127.0.0.1:1/webcare")
    monkeypatch.setattr(settings, "get", lambda: away)
    db.dispose()
    warming.warm((), [])
    monkeypatch.undo()
    db.dispose()
    with db.transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1
