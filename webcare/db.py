"""Owns the engine, the session, the declarative Base and the one `transaction()`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, cast

from sqlalchemy import BigInteger, DateTime, Engine, Identity, Table, Text, create_engine, event
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, configure_mappers, mapped_column
from sqlalchemy.types import TypeDecorator

from webcare import settings
from webcare.errors import Away

# A dead connection must surface in seconds, so that a sender hears 503 or 451 and tries again.
CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_MS = 30_000


class Moment(TypeDecorator[datetime]):
    """A point in time; refuses naive datetimes and always answers in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: object) -> datetime | None:
        """Refuse a time without a zone before it reaches the database."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A time without a zone can't be stored; use webcare.clock.now().")
        return value

    def process_result_value(self, value: datetime | None, _dialect: object) -> datetime | None:
        """Answer in UTC, whatever zone the server speaks."""
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share: types by annotation."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: Moment(),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        list[str]: ARRAY(Text()),
    }


class Row(Base):
    """A table with a number that counts up as its key."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)


def table(model: type[Base]) -> Table:
    """Return the table of a model, for bulk statements that should not go through the ORM."""
    return cast("Table", model.__table__)


def configure() -> None:
    """Wire all models now rather than with the first query; forked processes then share the result."""
    importlib.import_module("webcare.models")
    configure_mappers()


class _Holder:
    """The engine of this process; made on first use, so that a forked child makes its own."""

    engine: Engine | None = None
    at_once: Engine | None = None


def sqlalchemy_url(url: str) -> str:
    """Return `url` (postgres://, postgresql://) with the psycopg driver named."""
    for prefix in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    raise ValueError("DATABASE_URL must start with postgresql://; Webcare runs on PostgreSQL only.")


def make_engine(url: str, pool_size: int = 10, **more: Any) -> Engine:
    """Return an engine for `url` whose connections give up quickly when the server is away."""
    made = create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=CONNECT_TIMEOUT_S,
        pool_pre_ping=False,
        # A traceback must not carry the words of a message into a log or into Redis.
        hide_parameters=True,
        **more,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "prepare_threshold": 3},
    )

    @event.listens_for(made, "connect")
    def _limits(connection: Any, _record: object) -> None:
        before = connection.autocommit
        connection.autocommit = True
        connection.execute(f"SET statement_timeout = {STATEMENT_TIMEOUT_MS}")
        connection.execute("SET timezone = 'UTC'")
        connection.autocommit = before

    return made


def engine() -> Engine:
    """Return this process's engine on DATABASE_URL; raise RuntimeError when none is set."""
    if _Holder.engine is None:
        _Holder.engine = make_engine(_url())
    return _Holder.engine


def _url() -> str:
    url = settings.get().database_url
    if not url:
        raise RuntimeError("DATABASE_URL is not set and no embedded PostgreSQL runs; start `webcare up`.")
    return url


def dispose() -> None:
    """Close every connection of this process; the next use opens new ones."""
    for each in (_Holder.engine, _Holder.at_once):
        if each is not None:
            each.dispose()
    _Holder.engine = _Holder.at_once = None


def forget_engine() -> None:
    """Drop the engine without closing its sockets; a forked child calls this first."""
    for each in (_Holder.engine, _Holder.at_once):
        if each is not None:
            each.dispose(close=False)
    _Holder.engine = _Holder.at_once = None


@contextmanager
def at_once() -> Iterator[Session]:
    """Open a session whose every statement is a transaction of its own, committed when it returns.

    For an edge whose work is one statement, or several that may each stand alone: without BEGIN and
    COMMIT it takes one round trip instead of three. Raises Away like `transaction()`.
    """
    if _Holder.at_once is None:
        _Holder.at_once = make_engine(_url(), pool_size=2, isolation_level="AUTOCOMMIT")
    with _away(), Session(_Holder.at_once, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a session, commit once at the end, roll back on any error; for edges only.

    Raise Away when the database can't be reached, so that no edge needs to know SQLAlchemy's names.
    """
    with _away(), Session(engine(), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise Away("The database is away or too busy. Nothing was changed; please try again.") from error


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to `revision` by the migrations that ship."""
    _migrate(url, revision, down=False)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to `revision`."""
    _migrate(url, revision, down=True)


def _migrate(url: str, revision: str, *, down: bool) -> None:
    from alembic import command  # noqa: PLC0415 - costs 100 ms that no request should pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = sqlalchemy_url(url)
    (command.downgrade if down else command.upgrade)(config, revision)
