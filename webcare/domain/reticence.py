"""Says which replies a playbook's policy keeps back: in some crises silence is the right answer (R20)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webcare.domain.playbook import Playbook

SILENT = ("hold", "allowlist-only")


def refusals(playbooks: Iterable[Playbook], template_key: str | None) -> Iterator[str]:
    """Yield one sentence per playbook that keeps a reply back; `template_key` None is a free text."""
    for playbook in playbooks:
        if playbook.reply_policy == "hold":
            yield f"{playbook.title.en} holds all replies; the team lead decides when they begin again."
        elif playbook.reply_policy == "allowlist-only" and template_key not in playbook.allowed_replies:
            allowed = ", ".join(playbook.allowed_replies)
            yield f"{playbook.title.en} allows only these replies: {allowed}."
