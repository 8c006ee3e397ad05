"""Groups messages from a file, a JSON line each, that one answer would serve, and prints a JSON line each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click

from webcare import clock, playbooks, settings
from webcare.domain.clusters import Grouping, Matters, Placement, Profile, Reading, by_cues, read
from webcare.domain.triage import CueSet
from webcare.domain.urgency import Urgency
from webcare.errors import NotFound, Refused
from webcare.playbooks import matters as shipped_matters

_EXAMPLE = '{"id": 1, "text": "..."}'


class BadLine(ValueError):
    """A line that can't be grouped; its words say what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class _Message:
    id: Any
    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class _Placed:
    id: Any
    reading: Reading
    urgency: Urgency | None
    placement: Placement


@click.command(name="cluster")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@click.option("--playbook", "slug", metavar="SLUG", default="base", help="Judge urgency by this playbook.")
def cluster_messages(file: TextIO, slug: str) -> None:
    """Group the messages of FILE ('-' is standard input): JSON lines in, JSON lines out.

    A line has `id`, `text` and, when known, `lang`. Out come, in the same order, `id`, `cluster` (a number,
    null when alone), `sure` (false: only suggested) and `outlier` (true: it asks for more than its
    cluster). Exits 1 when a line could not be read; the others still come out.
    """
    matters, cues = _rules(slug)
    grouping = Grouping(matters.kinds)
    received = clock.now().astimezone(ZoneInfo(cues.zone))
    placed: list[_Placed] = []
    has_bad = False
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            message = _message(line)
        except BadLine as error:
            has_bad = True
            click.echo(f"Line {number}: {error}", err=True)
            continue
        reading = read(message.text, matters, message.language)
        urgency = by_cues(message.text, reading.language, cues, received)
        placed.append(_Placed(message.id, reading, urgency, grouping.place(reading)))
    for answer in _answers(placed):
        click.echo(json.dumps(answer, ensure_ascii=False))
    raise SystemExit(int(has_bad))


def _rules(slug: str) -> tuple[Matters, CueSet]:
    root = playbooks.folder(settings.get())
    try:
        cues = playbooks.load(slug, root).cues
        return shipped_matters.load(root), CueSet.model_validate(cues)
    except (NotFound, Refused) as error:
        raise click.ClickException(str(error)) from error


def _answers(placed: list[_Placed]) -> Iterator[dict[str, Any]]:
    """Yield what is printed of each message, which only all of them together tell."""
    profiles: dict[int, Profile] = {}
    certain: set[int] = set()
    for one in placed:
        number = one.placement.cluster
        profiles.setdefault(number, Profile()).add(one.reading, one.urgency)
        if one.placement.is_sure:
            certain.add(number)
    for one in placed:
        number, profile = one.placement.cluster, profiles[one.placement.cluster]
        is_alone = profile.size == 1
        yield {
            "id": one.id,
            "cluster": None if is_alone else number,
            "sure": one.placement.is_sure or (one.placement.is_new and number in certain),
            "outlier": not is_alone and profile.asks_more(one.reading, one.urgency),
        }


def _message(line: str) -> _Message:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine(f"this is no JSON. Write one object a line, such as {_EXAMPLE}.") from None
    if not isinstance(given, dict):
        raise BadLine(f"this is JSON, but no object. Put it in braces: {_EXAMPLE}.")
    if given.get("id") is None:
        raise BadLine("'id' is missing. Give each message an id, so that you know which answer is whose.")
    text, language = given.get("text"), given.get("lang")
    if not isinstance(text, str):
        wrong = "missing" if text is None else "no text"
        raise BadLine(f"'text' is {wrong}. Write it between double quotes.")
    if language is not None and not isinstance(language, str):
        raise BadLine("'lang' is no text. Write a code such as \"en\", or leave it out.")
    return _Message(given["id"], text, language)
