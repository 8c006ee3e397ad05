"""Reads how the intents of all playbooks in a folder are called, for people, per language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from webcare.playbooks import assembling
from webcare.playbooks.assembling import CUES, Broken


@lru_cache(maxsize=4)
def of_intents(*roots: Path) -> Mapping[str, Mapping[str, str]]:
    """Return the titles by intent, read once per process; of two folders the earlier one counts.

    A folder that can't be read has no say here: `webcare playbook check` names what is wrong in it.
    """
    found: dict[str, Mapping[str, str]] = {}
    for root in roots:
        for file in sorted(root.glob(f"*/{CUES}")):
            for slug, title in named(_plain(file)):
                found.setdefault(slug, title)
    return found


def named(cues: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each intent of some cues that has a title, with its words per language."""
    intents = cues.get("intents")
    for slug, intent in intents.items() if isinstance(intents, dict) else ():
        title = intent.get("title") if isinstance(intent, dict) else None
        if isinstance(title, dict) and title.get("en"):
            yield slug, title


def _plain(file: Path) -> Mapping[str, Any]:
    try:
        plain = assembling.load(file).plain()
    except Broken:
        return {}
    return plain if isinstance(plain, dict) else {}
