"""The single processes: web, worker, clock, mail, and the migration, for those who run each by itself."""

from __future__ import annotations

import click

from webcare import db, queues
from webcare.commands import connect, plain_words


@click.command()
def web() -> None:
    """Serve the desk and the intake over HTTP."""
    chosen = connect.ensure_reached()
    plain_words.check_port("WEBCARE_PORT", chosen.webcare_host, chosen.webcare_port)
    from webcare import server  # noqa: PLC0415 - granian is needed by this command alone

    server.run()


@click.command()
@click.argument("queue", type=click.Choice(queues.QUEUES))
def worker(queue: str) -> None:
    """Work on one QUEUE until stopped."""
    connect.ensure_reached()
    queues.resolve("workers.loop.run")(queue)


@click.command()
def clock() -> None:
    """Ring again for what stayed behind, expire leases and claims, watch promises."""
    connect.ensure_reached()
    queues.resolve("workers.clock.run")()


@click.command()
def mail() -> None:
    """Listen for e-mail over SMTP, and over LMTP when WEBCARE_LMTP_SOCKET is set."""
    chosen = connect.ensure_reached()
    if chosen.webcare_mail_port >= 0:
        plain_words.check_port("WEBCARE_MAIL_PORT", chosen.webcare_mail_host, chosen.webcare_mail_port)
    if chosen.webcare_lmtp_socket:
        plain_words.check_folder("WEBCARE_LMTP_SOCKET", chosen.webcare_lmtp_socket.absolute().parent)
    queues.resolve("workers.listener.run")()


@click.command()
def migrate() -> None:
    """Bring the database to the shape that this version needs."""
    chosen = connect.ensure_reached()
    db.upgrade(chosen.database_url or "")
    click.echo("The database is up to date.")
