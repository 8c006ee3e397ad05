"""Prints one-time links: to make the first admin, or to sign somebody in who lost the way."""

from __future__ import annotations

import click

from webcare import db, settings
from webcare.commands import connect
from webcare.queries import agents
from webcare.services import invitations

SETUP_MINUTES = 24 * 60
SIGN_IN_MINUTES = 30


@click.group()
def link() -> None:
    """Print a link that works once."""


@link.command()
def setup() -> None:
    """Print the link that makes the first admin; refused once there is one."""
    connect.ensure()
    with db.transaction() as session:
        if agents.is_any(session):
            raise click.ClickException("There is an agent already. Use `webcare link sign-in E-MAIL`.")
        token = invitations.make(session, "setup", None, SETUP_MINUTES)
    click.echo(f"{settings.get().base_url}/setup/{token}")


@link.command("sign-in")
@click.argument("email")
def sign_in(email: str) -> None:
    """Print a link that signs the agent with this E-MAIL in; it works once, for half an hour."""
    connect.ensure()
    with db.transaction() as session:
        found = agents.by_email(session, email)
        if found is None or found.disabled_at:
            raise click.ClickException(f"There is no active agent with the address {email}.")
        token = invitations.make(session, "sign_in", found.id, SIGN_IN_MINUTES)
    click.echo(f"{settings.get().base_url}/sign-in/{token}")
