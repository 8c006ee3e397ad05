"""Reads the playbooks on the shelf, what is wrong with a broken one, and what changed since an activation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from webcare import playbooks, settings
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.diff import Change, between
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


@dataclass(frozen=True, slots=True)
class Edited:
    """What the folder says otherwise than a frozen playbook.

    `fingerprint` names exactly the folder that was compared. `reasons` say, per file and line, why the
    folder can't be taken into force; then there are no changes to show.
    """

    fingerprint: str = ""
    version: str = ""
    changes: tuple[Change, ...] = ()
    problem: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Return whether the folder says what is in force."""
        return not self.changes and not self.problem


def ready() -> tuple[ReadyRow, ...]:
    """Return every playbook but the base one, in the order of their slugs."""
    root = playbooks.folder(settings.get())
    return tuple(_row(slug) for slug in playbooks.slugs(root) if slug != BASE)


def shelf() -> tuple[ReadyRow, ...]:
    """Return every playbook, the base one first: it is in force on quiet days."""
    return (_row(BASE), *ready())


def one(slug: str) -> Playbook:
    """Return a playbook as it would be frozen now; raise NotFound or Refused with its problems."""
    if slug == BASE:
        raise NotFound("The base playbook is always in force; choose another one.")
    return any_one(slug)


def any_one(slug: str) -> Playbook:
    """Return a playbook as its folder says it now, the base one too; raise NotFound or Refused."""
    root = playbooks.folder(settings.get())
    if slug == BASE and BASE not in playbooks.slugs(root):
        root = playbooks.shipped()
    return _load(root, slug, _changed(root))


def edited(frozen: Playbook) -> Edited:
    """Return what the folder of a frozen playbook says otherwise now, or why it can't be read."""
    try:
        now = any_one(frozen.slug)
    except NotFound as gone:
        return Edited(problem=str(gone))
    except Refused as broken:
        return Edited(problem=str(broken), reasons=broken.reasons)
    return Edited(now.fingerprint, now.version, between(frozen, now))


def _row(slug: str) -> ReadyRow:
    try:
        found = any_one(slug)
    except (NotFound, Refused) as error:
        return ReadyRow(slug, {"en": slug}, "", 0, 0, str(error))
    return ReadyRow(slug, dict(found.title.root), found.version, len(found.replies), len(found.facts))


def _changed(root: Path) -> tuple[tuple[str, float, int], ...]:
    """Return the name, moment and size of every file under `root`; reading YAML takes longer than looking."""
    looked = ((each, each.stat()) for each in sorted(root.rglob("*.yaml")))
    return tuple((str(each), found.st_mtime, found.st_size) for each, found in looked)


@lru_cache(maxsize=64)
def _load(root: Path, slug: str, _files: tuple[tuple[str, float, int], ...]) -> Playbook:
    return playbooks.load(slug, root)
