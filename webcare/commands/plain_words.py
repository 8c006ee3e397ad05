"""Ends a command that can't go on with one sentence: what is wrong, which setting, and how to mend it."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import click
from pydantic import ValidationError
from redis.exceptions import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError

from webcare import settings
from webcare.errors import WebcareError

# What drivers say -> what a tired person can do. A driver's own words may quote a part of the
# password, so they are looked at and never shown. First match wins.
_MENDS = (
    (r"refused", "nothing listens there. Start PostgreSQL, or correct host and port in DATABASE_URL."),
    (r"(resolve|translate) host", "no host of this name was found. Correct the host in DATABASE_URL."),
    (r"timeout", "it did not answer within 3 s. Check host, port and firewall."),
    (r"No such file", "there is no socket in that folder. Start PostgreSQL, or correct DATABASE_URL."),
    (r"starting up", "it is starting up. Wait a few seconds and try again."),
    (r"too many", "all its connections are taken. Wait, or raise its max_connections."),
    (r"password authentication failed", "the name or the password is wrong. Correct it in DATABASE_URL."),
    (r"no password supplied", "it asks for a password. Add it to DATABASE_URL."),
    (r"no pg_hba.conf entry", "it lets nobody in from here. Allow this host in its pg_hba.conf."),
    (r'role ".*" does not exist', "it does not know this name. Make the role, or correct DATABASE_URL."),
    (
        r'database ".*" does not exist',
        "it has no database of this name. Make it with createdb, or correct DATABASE_URL.",
    ),
)
_ESCAPE = "It holds a sign that must be written as %XX in a password: @ is %40, / is %2F, # is %23, ? is %3F."


@contextmanager
def spoken() -> Iterator[None]:
    """Turn what is known to go wrong at a start into a ClickException: one sentence, exit code 1."""
    try:
        yield
    except ValidationError as error:
        if error.title != settings.Settings.__name__:
            raise
        raise click.ClickException(_setting(error)) from None
    except (OperationalError, InterfaceError) as error:
        raise click.ClickException(_no_database(str(error.orig))) from None
    except ProgrammingError as error:
        if "does not exist" not in str(error.orig):
            raise
        raise click.ClickException(
            "The database lacks a table or a column that this version needs. Run: webcare migrate"
        ) from None
    except RedisError as error:
        raise click.ClickException(
            f"Redis can't be used at REDIS_URL ({type(error).__name__}). Start it, or correct REDIS_URL."
        ) from None
    except WebcareError as error:
        cause = error.__cause__
        is_database = isinstance(cause, OperationalError | InterfaceError)
        words = _no_database(str(cause.orig)) if is_database else str(error)  # type: ignore[union-attr]
        raise click.ClickException(words) from None


def check_addresses(chosen: settings.Settings) -> None:
    """Raise ClickException when DATABASE_URL or REDIS_URL can't be one; it never shows what it holds."""
    _check("DATABASE_URL", chosen.database_url, ("postgresql", "postgres", "postgresql+psycopg"))
    _check("REDIS_URL", chosen.redis_url, ("redis", "rediss", "unix"))


def check_port(name: str, host: str, port: int) -> None:
    """Raise ClickException when `port` can't be listened on; `name` is its setting, as WEBCARE_PORT."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        is_host = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        other = name.replace("_PORT", "_HOST")
        mend = (
            f"Set {other} to an address of this machine."
            if is_host
            else f"Stop what uses it, or set {name} to another number."
        )
        raise click.ClickException(
            f"Port {port} on {host} can't be used ({error.strerror}). {mend}"
        ) from None


def check_folder(name: str, folder: Path) -> None:
    """Raise ClickException when nothing can be made in `folder`, which comes from the setting `name`."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise click.ClickException(
            f"The folder {folder} is missing or can't be written by this account. Make it, or correct {name}."
        )


def no_folder(name: str, error: OSError) -> click.ClickException:
    """Return the sentence for a folder of the setting `name` that can't be made or written."""
    return click.ClickException(
        f"{error.filename or name} can't be made or written ({error.strerror})."
        f" Check who owns it, or set {name} to a folder of your own."
    )


def _check(name: str, url: str | None, schemes: tuple[str, ...]) -> None:
    if not url:
        return
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme not in schemes:
        given = f"'{scheme}'" if scheme.isidentifier() else "no such scheme"
        raise click.ClickException(f"{name} must start with {schemes[0]}://, not with {given}. Correct it.")
    parts = _read(url)
    if parts is None or parts.netloc.count("@") > 1 or parts.fragment or "@" in parts.path:
        raise click.ClickException(f"{name} can't be read. {_ESCAPE}")


def _read(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _setting(error: ValidationError) -> str:
    # The value is left out: it may be a password in the wrong place.
    flaws = [
        f"{str(flaw['loc'][0]).upper() if flaw['loc'] else 'a setting'}: {flaw['msg']}"
        for flaw in error.errors(include_url=False, include_input=False, include_context=False)
    ]
    return f"These settings can't be used: {'; '.join(flaws)}. Correct them in the environment."


def _no_database(said: str) -> str:
    other = "it refused the connection. Look into its log, and check DATABASE_URL."
    return "The database can't be used: " + next(
        (words for sign, words in _MENDS if re.search(sign, said)), other
    )
