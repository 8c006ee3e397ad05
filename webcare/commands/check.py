"""Checks drafts from a file, a JSON line each, and prints what is wrong with them, a JSON line each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TextIO

import click

from webcare import playbooks, settings
from webcare.domain import house_words
from webcare.domain.checks import CheckedDraft, Finding, GivenFact, check
from webcare.domain.playbook import Playbook
from webcare.errors import NotFound, Refused

_VISIBILITIES = ("public", "private")
# What a fact may be called, by its status or by its computed state, and what each means for a draft.
_STATUSES = {
    "confirmed": "confirmed",
    "valid": "confirmed",
    "expiring": "confirmed",
    "expired": "confirmed",
    "likely": "likely",
    "unverified": "likely",
    "unknown": "unknown",
    "retracted": "retracted",
}


class BadLine(ValueError):
    """A line that can't be checked; its words say what is wrong and how to mend it."""


@click.command(name="check")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@click.option("--playbook", "slug", metavar="SLUG", help="Be as strict as this playbook.")
def check_drafts(file: TextIO, slug: str | None) -> None:
    """Check the drafts of FILE ('-' is standard input): JSON lines in, JSON lines out.

    A line has `id`, `text`, `lang`, `visibility` (public or private), `channel` and, when known, `limit`,
    `sign`, `contact_name` and `facts`. Exits 1 when a line could not be read; the others still come out.
    """
    in_force = _in_force(slug)
    has_bad = False
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            click.echo(json.dumps(_checked(line, in_force), ensure_ascii=False))
        except BadLine as error:
            has_bad = True
            click.echo(f"Line {number}: {error}", err=True)
    raise SystemExit(int(has_bad))


def _in_force(slug: str | None) -> tuple[Playbook, ...]:
    if slug is None:
        return ()
    try:
        return (playbooks.load(slug, playbooks.folder(settings.get())),)
    except (NotFound, Refused) as error:
        raise click.ClickException(str(error)) from error


def _checked(line: str, in_force: tuple[Playbook, ...]) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine('this is no JSON. Write one object a line, such as {"id": 1, "text": "..."}.') from None
    if not isinstance(given, dict):
        raise BadLine('this is JSON, but no object. Put it in braces: {"id": 1, "text": "..."}.')
    draft = _draft(given)
    if in_force and draft.tone is None:
        draft = replace(draft, tone=in_force[0].tone)
    found = house_words.applied(draft, check(draft), in_force)
    return {"id": given.get("id"), "findings": [_shown(one, draft.text) for one in found]}


def _shown(finding: Finding, text: str) -> dict[str, Any]:
    return {
        "name": finding.name,
        "severity": finding.severity,
        "span": [finding.start, finding.end],
        "text": text[finding.start : finding.end],
        "sentence": finding.sentence,
    }


def _draft(given: Mapping[str, Any]) -> CheckedDraft:
    if "id" not in given:
        raise BadLine("'id' is missing. Give each draft an id, so that you know which answer is whose.")
    visibility = given.get("visibility", "private")
    if visibility not in _VISIBILITIES:
        raise BadLine(f'\'visibility\' is {visibility!r}. Write "public" or "private".')
    limit = given.get("limit")
    if limit is not None and (isinstance(limit, bool) or not isinstance(limit, int) or limit < 0):
        raise BadLine(f"'limit' is {limit!r}. Write a whole number of characters, or leave it out.")
    return CheckedDraft(
        text=_words(given, "text", needed=True) or "",
        language=_words(given, "lang"),
        is_public=visibility == "public",
        channel=_words(given, "channel") or "",
        limit=limit,
        wants_signature=_is_yes(given, "sign"),
        contact_name=_words(given, "contact_name"),
        facts=tuple(map(_fact, _list(given, "facts"))),
        locked=tuple(map(str, _list(given, "locked"))),
        earlier=tuple(map(str, _list(given, "earlier"))),
        tone=_words(given, "tone"),
    )


def _words(given: Mapping[str, Any], name: str, *, needed: bool = False) -> str | None:
    value = given.get(name)
    if isinstance(value, str) or (value is None and not needed):
        return value
    raise BadLine(f"'{name}' is {'missing' if value is None else 'no text'}. Write it between double quotes.")


def _is_yes(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise BadLine(f"'{name}' is {value!r}. Write true or false, without quotes.")


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    value = given.get(name)
    if value is None or isinstance(value, list):
        return value or []
    raise BadLine(f"'{name}' is no list. Put it in square brackets, or leave it out.")


def _fact(given: Any) -> GivenFact:
    if not isinstance(given, dict) or not isinstance(given.get("key"), str):
        raise BadLine('a fact has no \'key\'. Write each fact as {"key": "...", "value": "..."}.')
    status = given.get("status", "confirmed")
    if status not in _STATUSES:
        raise BadLine(f"the fact '{given['key']}' has status {status!r}. Use one of: {', '.join(_STATUSES)}.")
    is_expired = status == "expired" or _is_yes(given, "expired")
    return GivenFact(given["key"], _values(given), _STATUSES[status], is_expired)


def _values(given: Mapping[str, Any]) -> tuple[str, ...]:
    value = given.get("value")
    if isinstance(value, dict):
        value = list(value.values())
    elif value is None or isinstance(value, str | int | float):
        value = [] if value is None else [str(value)]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise BadLine(
        f"the value of the fact '{given['key']}' is no text. Write a text, or one per language code."
    )
