"""Opens and lists inboxes and changes their secrets from the command line."""

from __future__ import annotations

import json

import click

from webcare import db
from webcare.commands import connect
from webcare.errors import WebcareError
from webcare.queries import inboxes as queries
from webcare.services import inboxes as services


@click.group()
def inbox() -> None:
    """Open, list and re-key inboxes."""


@inbox.command()
@click.argument("slug")
@click.option("--channel", type=click.Choice(("webhook", "email", "form")), required=True)
@click.option("--name", default="", help="What agents see; the slug when empty.")
@click.option("--address", default="", help="Own mail address of an e-mail inbox.")
@click.option("--option", "options", multiple=True, metavar="KEY=VALUE", help="A setting of the channel.")
def create(slug: str, channel: str, name: str, address: str, options: tuple[str, ...]) -> None:
    """Open an inbox and print its secret once."""
    connect.ensure()
    new = services.NewInbox(slug, name, channel, address, options=dict(map(_pair, options)))
    try:
        with db.transaction() as session:
            made = services.create(session, None, new)
    except WebcareError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Inbox '{made.slug}' is open on channel {made.channel}.")
    click.echo(f"Secret (shown once): {made.secrets[0]}")


@inbox.command("list")
def list_() -> None:
    """List the open inboxes."""
    connect.ensure()
    with db.transaction() as session:
        for row in queries.listed(session):
            click.echo(f"{row.slug}\t{row.channel}\t{row.address or '-'}\t{row.name}")


@inbox.command()
@click.argument("slug")
def rotate(slug: str) -> None:
    """Print a new secret; the one before it stays valid until the next rotation."""
    connect.ensure()
    with db.transaction() as session:
        found = queries.by_slug(session, slug)
        if found is None:
            raise click.ClickException(f"There is no inbox '{slug}'. `webcare inbox list` shows them.")
        click.echo(services.rotate(session, None, found.id))


def _pair(given: str) -> tuple[str, object]:
    key, equals, value = given.partition("=")
    if not equals or not key:
        raise click.ClickException(f"--option wants KEY=VALUE, not '{given}'.")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
