"""Looks everything over and says, a line each, what is well and how to mend what is not."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict

import click

from webcare.checkup import Finding, engines, house, outside
from webcare.checkup.finding import Check, all_of
from webcare.commands import connect

SETTINGS: tuple[str, Check] = ("settings", house.settings_given)
REST: tuple[tuple[str, Check], ...] = (
    ("settings", house.settings_meant),
    ("PostgreSQL", engines.database),
    ("Redis", engines.bell),
    ("queues", engines.lines),
    ("inboxes", outside.every_inbox),
    ("mail server", outside.mail_server),
    ("mail listener", outside.mail_listener),
    ("Slack", outside.slack),
    ("disk", house.disk),
    ("assets", house.assets),
    ("playbooks", house.playbooks_found),
    ("triage", house.triage_model),
)
_COLOURS = {"ok": "green", "look": "yellow", "broken": "red"}


@click.command()
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object for programs.")
def doctor(*, is_json: bool) -> None:
    """Look everything over; exit 1 when something is broken."""
    findings = examine()
    worst = any(each.state == "broken" for each in findings)
    if is_json:
        click.echo(
            json.dumps({"healthy": not worst, "findings": [asdict(each) for each in findings]}, indent=2)
        )
    else:
        for each in findings:
            click.echo(
                f"{click.style(f'{each.state:<7}', fg=_COLOURS[each.state])} {each.what}: {each.words}"
            )
    raise SystemExit(int(worst))


def examine() -> list[Finding]:
    """Return all findings; settings that can't be read are the only ones then, all else rests on them."""
    found = all_of(*SETTINGS)
    if any(each.state == "broken" for each in found):
        return found
    # Engines of a desk that runs in this folder count as well; without any, the checks say so.
    with suppress(click.ClickException):
        connect.ensure()
    for what, check in REST:
        found.extend(all_of(what, check))
    return found
