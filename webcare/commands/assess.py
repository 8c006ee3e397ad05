"""Assesses messages from a file, a JSON line each, and judges assessments against people's levels."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import Any, TextIO

import click

from webcare import clock, playbooks, settings
from webcare.commands import models
from webcare.domain.triage import Assessment, CueSet, Text, assess
from webcare.domain.triage.learned import Model
from webcare.errors import Refused
from webcare.learning import examples, judging, readers
from webcare.learning.report import Report

_PLAYBOOK = click.option(
    "--playbook", "slug", metavar="SLUG", default=readers.BASE, help="The playbook in force."
)
_RULES_ONLY = click.option("--rules-only", is_flag=True, help="Leave the learned layer out.")


class BadLine(ValueError):
    """A line that can't be assessed; its words say what is wrong and how to mend it."""


@click.command(name="assess")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@_PLAYBOOK
@_RULES_ONLY
def assess_messages(file: TextIO, slug: str, rules_only: bool) -> None:
    """Assess the messages of FILE ('-' is standard input): JSON lines in, JSON lines out.

    A line has `text` and, when known, `id`, `lang`, `channel` and `received_at`. Exits 1 when a line
    could not be read; the others still come out.
    """
    root = playbooks.folder(settings.get())
    rules, model = readers.cues(slug, root), None if rules_only else models.ready(root)
    has_bad = False
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            click.echo(json.dumps(_assessed(line, number, rules, model), ensure_ascii=False))
        except BadLine as error:
            has_bad = True
            click.echo(f"Line {number}: {error}", err=True)
    raise SystemExit(int(has_bad))


@click.command(name="evaluate")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@_PLAYBOOK
@_RULES_ONLY
@click.option("--json", "as_json", is_flag=True, help="Print figures for machines.")
def evaluate(file: TextIO, slug: str, rules_only: bool, as_json: bool) -> None:
    """Judge triage on FILE: JSON lines with `text` and `level` and, when known, `also`, `intents`, `lang`."""
    root = playbooks.folder(settings.get())
    given = examples.read(file, getattr(file, "name", "input"))
    if not given:
        raise Refused("The file holds no examples. Give JSON lines with 'text' and 'level'.")
    model = None if rules_only else models.ready(root)
    started = time.process_time()
    found = judging.judge(given, model, root, slug)
    speed = len(given) / max(1e-9, time.process_time() - started)
    if as_json:
        click.echo(json.dumps(found.as_json() | {"messages_per_second": round(speed)}, ensure_ascii=False))
    else:
        click.echo("\n".join(_told(found, speed)))


def _assessed(line: str, number: int, rules: CueSet, model: Model | None) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadLine(f"no JSON ({error.msg}). Write one object a line.") from None
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise BadLine("'text' is missing or no text. Write the message between double quotes.")
    said = assess(_text(given), rules, model)
    return {"id": given.get("id", number), **_plain(said)}


def _plain(said: Assessment) -> dict[str, Any]:
    whole = said.as_json()
    whole["lang"] = whole.pop("language")
    whole["reasons"] = [one.words for one in said.reasons]
    return whole


def _text(given: dict[str, Any]) -> Text:
    moment = given.get("received_at")
    try:
        received = clock.now() if moment is None else datetime.fromisoformat(moment)
    except (TypeError, ValueError):
        received = None
    if received is None or received.tzinfo is None:
        raise BadLine(
            f"'received_at' is {moment!r}. Write a moment with its zone: 2026-04-15T18:30:00+02:00."
        )
    language = given.get("lang")
    return Text(given["text"], received, language if isinstance(language, str) else None)


def _told(found: Report, speed: float) -> list[str]:
    lines = [f"{'level':<8}{'messages':>9}{'recall':>8}{'precision':>11}{'F1':>7}"]
    for name, rates in [*found.levels.items(), ("U0+U1", found.grave)]:
        lines.append(f"{name:<8}{rates.count:>9}{rates.recall:>8.3f}{rates.precision:>11.3f}{rates.f1:>7.3f}")
    lines += [
        "",
        f"macro-F1 {found.macro_f1:.3f}, accuracy {found.accuracy:.3f}, {speed:,.0f} messages a second",
        f"average precision of U0+U1 {found.average_precision:.3f}; in the top fifth {found.in_top:.0%}",
    ]
    if found.intents is not None:
        lines.append(f"intents: F1 {found.intents:.3f}")
    lines += ["", f"{'language':<10}{'messages':>9}{'U0+U1 recall':>14}{'precision':>11}{'accuracy':>10}"]
    lines += [
        f"{name:<10}{one['messages']:>9}{one['grave_recall']:>14.3f}{one['grave_precision']:>11.3f}"
        f"{one['accuracy']:>10.3f}"
        for name, one in found.languages.items()
    ]
    lines += ["", "The worst mistakes (wanted, given):"]
    lines += [f"  {one['wanted']} {one['given']}  {one['text'][:100]}" for one in found.worst]
    return lines
