"""The single processes: web, worker, clock, mail, and the migration, for those who run each by itself."""

from __future__ import annotations

import click

from webcare import db, queues
from webcare.commands import connect


@click.command()
def web() -> None:
    """Serve the desk and the intake over HTTP."""
    connect.ensure()
    from webcare import server  # noqa: PLC0415 - granian is needed by this command alone

    server.run()


@click.command()
@click.argument("queue", type=click.Choice(queues.QUEUES))
def worker(queue: str) -> None:
    """Work on one QUEUE until stopped."""
    connect.ensure()
    queues.resolve("workers.loop.run")(queue)


@click.command()
def clock() -> None:
    """Ring again for what stayed behind, expire leases and claims, watch promises."""
    connect.ensure()
    queues.resolve("workers.clock.run")()


@click.command()
def mail() -> None:
    """Listen for e-mail over SMTP, and over LMTP when WEBCARE_LMTP_SOCKET is set."""
    connect.ensure()
    queues.resolve("workers.listener.run")()


@click.command()
def migrate() -> None:
    """Bring the database to the shape that this version needs."""
    chosen = connect.ensure()
    db.upgrade(chosen.database_url or "")
    click.echo("The database is up to date.")
