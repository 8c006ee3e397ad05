"""What is warmed before the fork leaves nothing behind, and an engine that is away stops nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from webcare import db, queues, settings
from webcare.commands import warming


def _connections() -> int:
    with db.transaction() as session:
        asked = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(session.execute(asked).scalar_one())


@pytest.mark.usefixtures("database_url", "redis_url")
def test_warming_closes_what_it_opened() -> None:
    db.dispose()
    warming.warm((), ["volcanic-ash"])
    assert _connections() == 1
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
