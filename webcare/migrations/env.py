"""Tells alembic where the database is and what its tables should look like."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import create_engine, pool, text

import webcare.models  # noqa: F401 - fills Base.metadata
from webcare.db import Base, Moment

# Two starters at once wait for each other here instead of racing; the number is arbitrary but fixed.
MIGRATION_LOCK = 7_391_482_205


def _plain_types(kind: str, item: object, _context: object) -> str | Literal[False]:
    # A migration is history: it must not import types that may change under it.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def _run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, render_item=_plain_types)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


_run()
