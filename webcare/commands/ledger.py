"""Prints the ledger: per inbox received = kept = read = visible, and what differs."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from webcare import db
from webcare.commands import connect
from webcare.queries import ledger as queries

_COLUMNS = ("received", "kept", "read", "visible", "unreadable", "waiting", "repeated", "differing")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON line per inbox instead of a table.")
def ledger(*, as_json: bool) -> None:
    """Compare what was received with what is kept, read and visible; exit 1 when they differ."""
    connect.ensure()
    with db.transaction() as session:
        rows = queries.rows(session)
    if as_json:
        for row in rows:
            click.echo(json.dumps({**asdict(row), "is_balanced": row.is_balanced}))
    else:
        _print(rows)
    raise SystemExit(0 if all(row.is_balanced for row in rows) else 1)


def _print(rows: list[queries.LedgerRow]) -> None:
    if not rows:
        click.echo("There is no inbox yet. An admin opens one under Inboxes, or with `webcare inbox create`.")
        return
    width = max(len(row.slug) for row in rows)
    click.echo(f"{'inbox':<{width}}  " + "  ".join(f"{name:>10}" for name in _COLUMNS))
    for row in rows:
        figures = "  ".join(f"{getattr(row, name):>10,}" for name in _COLUMNS)
        click.echo(f"{row.slug:<{width}}  {figures}  {'balanced' if row.is_balanced else 'DIFFERS'}")
        for sentence in row.differences:
            click.echo(f"{'':<{width}}  {sentence}")
