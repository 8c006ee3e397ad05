"""Reads which playbooks are ready to be activated, and says which one is broken and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook
from webcare.errors import NotFound, Refused
from webcare.queries.rules import BASE


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """One playbook on the shelf; `problem` says why it can't be activated, empty when it can."""

    slug: str
    title: dict[str, str]
    version: str
    replies: int
    facts: int
    problem: str = ""


def ready() -> tuple[ReadyRow, ...]:
    """Return every playbook but the base one, in the order of their slugs."""
    root = playbooks.folder(settings.get())
    return tuple(_row(slug) for slug in playbooks.slugs(root) if slug != BASE)


def one(slug: str) -> Playbook:
    """Return a playbook as it would be frozen now; raise NotFound or Refused with its problems."""
    if slug == BASE:
        raise NotFound("The base playbook is always in force; choose another one.")
    root = playbooks.folder(settings.get())
    return _load(root, slug, _changed(root))


def _row(slug: str) -> ReadyRow:
    try:
        found = one(slug)
    except (NotFound, Refused) as error:
        return ReadyRow(slug, {"en": slug}, "", 0, 0, str(error))
    return ReadyRow(slug, dict(found.title.root), found.version, len(found.replies), len(found.facts))


def _changed(root: Path) -> float:
    """Return when a file under `root` last changed; reading YAML takes longer than looking."""
    return max((each.stat().st_mtime for each in root.rglob("*.yaml")), default=0.0)


@lru_cache(maxsize=64)
def _load(root: Path, slug: str, _changed_at: float) -> Playbook:
    return playbooks.load(slug, root)
