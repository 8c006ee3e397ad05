"""Teaches triage: makes the shipped model, learns from labelled messages, or takes the last lesson back."""

from __future__ import annotations

from typing import TextIO

import click

from webcare import playbooks, settings
from webcare.commands import models
from webcare.errors import Refused
from webcare.learning import building, examples, shelf


@click.command(name="learn")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), required=False)
@click.option("--shipped", is_flag=True, help="Make the model of the shipped examples anew.")
@click.option("--rollback", is_flag=True, help="Use the model before the present one.")
@click.option("--force", is_flag=True, help="Use the new model even when it is no better.")
def learn(file: TextIO | None, shipped: bool, rollback: bool, force: bool) -> None:
    """Learn from FILE: JSON lines with `text` and `level`, as `webcare evaluate` takes.

    The new model is compared with the present one on examples that neither saw, and used only when it
    is better.
    """
    root, var = playbooks.folder(settings.get()), settings.get().webcare_var
    if rollback:
        click.echo(f"In use from now on: model {shelf.roll_back(var)}.")
    elif shipped:
        models.make_shipped(root)
    elif file is not None:
        _learn(examples.read(file, getattr(file, "name", "input")), force=force)
    else:
        raise click.UsageError("Say what to learn from: a FILE of labelled messages, or --shipped.")


def _learn(own: list[examples.Example], *, force: bool) -> None:
    root, var = playbooks.folder(settings.get()), settings.get().webcare_var
    present = models.ready(root)
    try:
        learned = building.learn(own, present, root)
    except ValueError as error:
        raise Refused(str(error)) from None
    if learned.is_better or force:
        shelf.put_learned(learned.model, var)
        click.echo(f"Learned, and in use from now on: model {learned.model.version} ({learned.why}).")
    else:
        click.echo(f"Not used, because it is no better: model {present.version} stays ({learned.why}).")
