"""Offers `webcare playbook diff`: what changed between the version an activation froze and the folder now."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from webcare import db
from webcare.commands import connect
from webcare.errors import NotFound
from webcare.queries import activations, playbooks
from webcare.queries.activations import ActivationDetail


@click.command()
@click.argument("slug")
@click.option("--activation", "number", type=int, help="Number of the activation; the newest if not given.")
def diff(slug: str, number: int | None) -> None:
    """Compare the version that an activation of SLUG froze with its folder; exit 1 when they differ."""
    connect.ensure()
    with db.transaction() as session:
        detail = _activation(session, slug, number)
    edited = playbooks.edited(detail.playbook)
    row = detail.row
    state = "in force since" if row.ended_at is None else "over; it began"
    click.echo(
        f"{slug}: activation {row.id} ({state} {row.started_at:%d %B %H:%M UTC}) froze"
        f" {row.playbook_version} ({row.fingerprint[:8]})."
    )
    if edited.problem:
        raise click.ClickException("\n".join((edited.problem, *edited.reasons)))
    if edited.is_same:
        click.echo("The folder says the same.")
        return
    click.echo(
        f"The folder has {edited.version} ({edited.fingerprint[:8]}), {len(edited.changes)} change(s):\n"
    )
    for change in edited.changes:
        click.echo(f"- {change.sentence}")
        for line in change.lines:
            click.echo(f"    {line}")
    if row.ended_at is None:
        click.echo(f"\nA team lead takes it into force on the page /activations/{row.id}/changes.")
    raise SystemExit(1)


def _activation(session: Session, slug: str, number: int | None) -> ActivationDetail:
    """Return the activation asked for, else the newest running, else the newest of all."""
    if number is not None:
        try:
            found = activations.one(session, number)
        except NotFound as error:
            raise click.ClickException(str(error)) from error
        if found.row.playbook != slug:
            raise click.ClickException(
                f"Activation {number} is one of '{found.row.playbook}', not of '{slug}'."
            )
        return found
    rows = [*activations.running(session), *activations.past(session)]
    newest = next((each.id for each in rows if each.playbook == slug), None)
    if newest is None:
        raise click.ClickException(f"'{slug}' was never activated, so there is nothing to compare with.")
    return activations.one(session, newest)
