"""Teaches triage: makes the shipped model, learns from labelled messages, or takes the last lesson back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

import click
from sqlalchemy.exc import SQLAlchemyError

from webcare import db, playbooks, settings
from webcare.commands import connect, models
from webcare.domain.urgency import Urgency
from webcare.errors import Away, Refused
from webcare.learning import building, examples, shelf
from webcare.learning.examples import Example
from webcare.queries import judged
from webcare.services import lessons


@click.command(name="learn")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"), required=False)
@click.option("--shipped", is_flag=True, help="Make the model of the shipped examples anew.")
@click.option("--rollback", is_flag=True, help="Use the model before the present one.")
@click.option("--force", is_flag=True, help="Use the new model even when it is no better.")
def learn(file: TextIO | None, shipped: bool, rollback: bool, force: bool) -> None:
    """Learn from what people judged on this desk and, when given, from FILE.

    FILE has JSON lines with `text` and `level`, as `webcare evaluate` takes. The new model is compared
    with the present one on examples that neither saw, and used only when it is better; then every open
    conversation is judged anew. What FILE holds is kept beside the model, for later lessons.
    """
    root, var = playbooks.folder(settings.get()), settings.get().webcare_var
    if rollback:
        version = shelf.roll_back(var)
        click.echo(f"In use from now on: model {version}.")
        _go_by(version, "the last lesson was taken back")
    elif shipped:
        _go_by(models.make_shipped(root).version, "made from the shipped examples")
    else:
        handed = examples.read(file, getattr(file, "name", "input")) if file is not None else []
        judgements = _judgements(is_needed=file is None)
        _learn([*shelf.handed(var), *handed], judgements, force=force)


def _learn(handed: list[Example], judgements: list[Example], *, force: bool) -> None:
    root, var = playbooks.folder(settings.get()), settings.get().webcare_var
    present = models.ready(root)
    try:
        learned = building.learn([*handed, *judgements], present, root)
    except ValueError as error:
        raise Refused(str(error)) from None
    if learned.is_better or force:
        shelf.put_learned(learned.model, var, handed)
        click.echo(f"Learned, and in use from now on: model {learned.model.version} ({learned.why}).")
        _go_by(learned.model.version, learned.why)
    else:
        click.echo(f"Not used, because it is no better: model {present.version} stays ({learned.why}).")


def _judgements(*, is_needed: bool) -> list[Example]:
    """Return what people judged on this desk; none when no desk is within reach, unless that is needed."""
    try:
        connect.ensure_reached()
        with db.transaction() as session:
            return _as_examples(judged.all_of_them(session))
    except (click.ClickException, SQLAlchemyError, Away):
        if is_needed:
            raise
        click.echo("No desk within reach: what people judged there is not learned from now.", err=True)
        return []


def _as_examples(rows: Sequence[judged.Judged]) -> list[Example]:
    return [
        Example(
            one.text,
            Urgency(one.level),
            intents=one.intents,
            language=one.language,
            received_at=one.received_at,
            author=f"agent {one.agent_id}",
        )
        for one in rows
    ]


def _go_by(version: str, why: str) -> None:
    """Have the desk judge its backlog anew, if there is one within reach; new messages need nobody's word."""
    try:
        connect.ensure_reached()
        with db.transaction() as session:
            lessons.goes_by(session, version, why)
    except (click.ClickException, SQLAlchemyError, Away):
        return
    click.echo("What waits on the desk is judged anew.")
