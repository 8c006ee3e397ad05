"""Pauses and resumes everything that leaves, from the command line."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from webcare import db
from webcare.commands import connect
from webcare.domain.rights import Who
from webcare.errors import WebcareError
from webcare.services import sending as services


@click.group()
def sending() -> None:
    """Pause or resume everything that leaves."""


@sending.command()
def pause() -> None:
    """Let no reply leave until it is resumed; nothing is lost, replies wait in line."""
    _do(services.pause, "Paused. Replies wait in line until `webcare sending resume`.")


@sending.command()
def resume() -> None:
    """Let the replies that wait leave in their order."""
    _do(services.resume, "Resumed.")


def _do(verb: Callable[[Session, Who | None], None], said: str) -> None:
    connect.ensure()
    try:
        with db.transaction() as session:
            verb(session, None)
    except WebcareError as error:
        raise click.ClickException(str(error)) from error
    click.echo(said)
