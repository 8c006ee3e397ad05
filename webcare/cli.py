"""The command `webcare`: wires every command, and nothing else."""

from __future__ import annotations

import importlib
from typing import Any

import click

from webcare import metrics_folder, settings

# Loaded when asked for, so that `webcare playbook check` does not pay for the web server.
COMMANDS = {
    "up": "webcare.commands.up:up",
    "web": "webcare.commands.processes:web",
    "worker": "webcare.commands.processes:worker",
    "clock": "webcare.commands.processes:clock",
    "mail": "webcare.commands.processes:mail",
    "migrate": "webcare.commands.processes:migrate",
    "doctor": "webcare.commands.doctor:doctor",
    "ledger": "webcare.commands.ledger:ledger",
    "inbox": "webcare.commands.inbox:inbox",
    "sending": "webcare.commands.sending:sending",
    "settings": "webcare.commands.settings_table:settings",
    "link": "webcare.commands.link:link",
    "playbook": "webcare.commands.playbook:playbook",
}


class _Lazy(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        # Before anything counts: the metrics library chooses its way of working when it is imported.
        metrics_folder.prepare(settings.get().webcare_var)
        module, _, attribute = COMMANDS[name].partition(":")
        found: Any = getattr(importlib.import_module(module), attribute)
        return found if isinstance(found, click.Command) else None


@click.group(cls=_Lazy)
@click.version_option(package_name="webcare")
def main() -> None:
    """Crisis-response webcare: an inbox that loses nothing, triage by urgency, honest replies."""


if __name__ == "__main__":
    main()
