"""Finds the engines for a command: the ones named in the environment, or those of a running desk."""

from __future__ import annotations

import os

import click

from webcare import db, embedded, settings


def use(database_url: str, redis_url: str) -> None:
    """Let this process and its children speak to these two engines."""
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = database_url, redis_url
    settings.get.cache_clear()


def ensure() -> settings.Settings:
    """Return settings that name both engines; raise ClickException when none can be found."""
    chosen = settings.get()
    if chosen.database_url and chosen.redis_url:
        return chosen
    found = embedded.running(chosen.webcare_var)
    if found is None:
        raise click.ClickException(
            "No engines to speak to. Set DATABASE_URL and REDIS_URL, or start `webcare up` in another"
            " terminal (and run this command from the same folder)."
        )
    use(chosen.database_url or found.database_url, chosen.redis_url or found.redis_url)
    return settings.get()


def ensure_reached() -> settings.Settings:
    """Return settings whose database answers now; raise ClickException or SQLAlchemy's OperationalError.

    For a process that starts by itself: later it outlives a database that comes and goes, but a wrong
    address should be said at once, and by the command that was typed.
    """
    chosen = ensure()
    trial = db.make_engine(chosen.database_url or "", pool_size=1)
    try:
        trial.connect().close()
    finally:
        # Nothing of it may live on in a process that is forked later.
        trial.dispose()
    return chosen
