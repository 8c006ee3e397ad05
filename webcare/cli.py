"""The command `webcare`: wires every command, and nothing else."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click

from webcare import metrics_folder, settings
from webcare.commands import plain_words

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
    "check": "webcare.commands.check:check_drafts",
    "assess": "webcare.commands.assess:assess_messages",
    "evaluate": "webcare.commands.assess:evaluate",
    "learn": "webcare.commands.learn:learn",
    "cluster": "webcare.commands.cluster:cluster_messages",
}
# These never speak to an engine, so a wrong address is none of their business.
_NEED_NO_ENGINE = frozenset({"settings", "playbook", "check", "assess", "evaluate", "learn", "cluster"})


class _Lazy(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        _prepare(name)
        module, _, attribute = COMMANDS[name].partition(":")
        found: Any = getattr(importlib.import_module(module), attribute)
        return found if isinstance(found, click.Command) else None

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with plain_words.spoken():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with plain_words.spoken():
            return super().invoke(ctx)


def _prepare(name: str) -> None:
    chosen = settings.get()
    if name not in _NEED_NO_ENGINE:
        plain_words.check_addresses(chosen)
    try:
        # Before anything counts: the metrics library chooses its way of working when it is imported.
        metrics_folder.prepare(chosen.webcare_var)
    except OSError as error:
        name = metrics_folder.NAME if os.environ.get(metrics_folder.NAME) else "WEBCARE_VAR"
        raise plain_words.no_folder(name, error) from None


@click.group(cls=_Lazy)
@click.version_option(package_name="webcare")
def main() -> None:
    """Crisis-response webcare: an inbox that loses nothing, triage by urgency, honest replies."""


if __name__ == "__main__":
    main()
