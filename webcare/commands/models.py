"""Finds the triage model for a command, and makes the shipped one when there is none yet."""

from __future__ import annotations

import time
from pathlib import Path

import click

from webcare import settings
from webcare.domain.triage.learned import Model
from webcare.learning import shelf


def ready(root: Path) -> Model:
    """Return the model in use; before there is one, make it from the examples in `root` (half a minute)."""
    var = settings.get().webcare_var
    return shelf.in_use(var) or make_shipped(root)


def make_shipped(root: Path) -> Model:
    """Make the model of the shipped examples, say so while it lasts, and return it."""
    from webcare.learning import building  # noqa: PLC0415 (what fits models is 80 MB; most commands score only)

    click.echo("Making the triage model from the shipped examples; this is done once ...", err=True)
    started = time.monotonic()
    model = building.shipped(root)
    place = shelf.put_built(model, settings.get().webcare_var)
    click.echo(f"Made in {time.monotonic() - started:.0f} s: model {model.version} in {place}.", err=True)
    return model
