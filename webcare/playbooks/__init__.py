"""Finds, reads and validates the folders in playbooks/."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from webcare.domain.playbook import Playbook, house_rules, mending, signs
from webcare.domain.playbook.flaws import Flaw
from webcare.domain.playbook.rehearsal import Rehearsal
from webcare.domain.playbook.sheets import Leaf
from webcare.domain.triage.cues import CueSet
from webcare.errors import NotFound, Refused
from webcare.playbooks import assembling
from webcare.playbooks.assembling import HEAD, SLUG, Broken, Problem
from webcare.settings import Settings

__all__ = ["HEAD", "Problem", "folder", "load", "problems", "rehearsal", "shipped", "slugs"]

REHEARSAL = "rehearsal.yaml"
# The base and the crises of one desk; a playbook takes 2 to 3 MB.
_KEPT = 4
_FileStamp = tuple[str, int, int, int]
_Model = TypeVar("_Model", bound=BaseModel)


@lru_cache(maxsize=1)
def shipped() -> Path:
    """Return the folder with the playbooks that ship, in an installed wheel or in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_data" / "playbooks"
    return installed if installed.is_dir() else package.parent / "playbooks"


def folder(settings: Settings) -> Path:
    """Return the folder with playbooks that the settings name, or the one that ships."""
    return settings.webcare_playbooks or shipped()


def slugs(root: Path) -> tuple[str, ...]:
    """Return the slugs of the playbooks in a folder, sorted; empty when the folder isn't there."""
    return tuple(sorted(each.parent.name for each in root.glob(f"*/{HEAD}")))


def load(slug: str, root: Path) -> Playbook:
    """Return a playbook laid over what it extends; parents missing in `root` come from the shipped ones.

    What was read is kept until a file in either folder changes. Raises NotFound when there is no such
    playbook and Refused, one reason per problem, when its files are wrong.
    """
    path = _path(slug, root)
    return _loaded(slug, path, (*_stamp(root), *_stamp(shipped())))


@lru_cache(maxsize=_KEPT)
def _loaded(slug: str, path: Path, _as_of: tuple[_FileStamp, ...]) -> Playbook:
    playbook, wrong = _playbook(path)
    if playbook is None or wrong:
        sentence = (
            f"The playbook '{slug}' can't be used: {len(wrong)} problem(s). Run: webcare playbook check"
        )
        raise Refused(sentence, tuple(str(each) for each in wrong))
    return playbook


def _stamp(root: Path) -> tuple[_FileStamp, ...]:
    """Return what tells that no file of any playbook in `root` changed: name, inode, size and moment."""
    found = []
    for each in sorted(root.glob("*/**/*.yaml")):
        # An editor that saves by renaming may take a file away between two looks; the next look finds it.
        with suppress(FileNotFoundError):
            seen = each.stat()
            found.append((str(each), seen.st_ino, seen.st_size, seen.st_mtime_ns))
    return tuple(found)


def rehearsal(slug: str, root: Path) -> Rehearsal | None:
    """Return the rehearsal of a playbook, None when it has none; raise NotFound or Refused as `load`."""
    found, wrong = _rehearsal(_path(slug, root))
    if wrong:
        sentence = f"The rehearsal of '{slug}' can't be used: {len(wrong)} problem(s)."
        raise Refused(sentence, tuple(str(each) for each in wrong))
    return found


def problems(path: Path) -> list[Problem]:
    """Return everything that is wrong in one playbook's folder, by file and line; empty when all is well."""
    found = {*_playbook(path)[1], *_rehearsal(path)[1], *_unfinished(path)}
    return sorted(found, key=lambda each: (str(each.file), each.line, each.what))


def _unfinished(path: Path) -> tuple[Problem, ...]:
    """Return alerts that nothing raises and intents without a title; `load` lets both be, as they work."""
    playbook, wrong = _playbook(path)
    if playbook is None or wrong:
        return ()
    tree = assembling.tree(path, (path.parent, shipped()))
    untitled = tuple(assembling.problem_at(tree, flaw) for flaw in house_rules.untitled(playbook))
    mend = "say what raises it under 'when' (docs/playbooks.md), or remove it: nobody should wait for it"
    return untitled + tuple(
        assembling.problem_at(tree, Flaw(("alerts", index, "key"), f"nothing ever raises '{key}'", mend))
        for index, key in signs.unraised(playbook)
    )


def _path(slug: str, root: Path) -> Path:
    """Return the folder of a playbook; a slug can't climb out of the root."""
    if not SLUG.fullmatch(slug) or not (root / slug / HEAD).is_file():
        known = ", ".join(slugs(root)) or "none"
        raise NotFound(f"There is no playbook '{slug}' in {root}. There are: {known}.")
    return root / slug


def _playbook(path: Path) -> tuple[Playbook | None, tuple[Problem, ...]]:
    """Return the playbook of a folder, if it is one, and its problems."""
    if not (path / HEAD).is_file():
        return None, (Problem(path / HEAD, 1, "this file is missing", "a playbook starts with it"),)
    try:
        tree = assembling.tree(path, (path.parent, shipped()))
    except Broken as broken:
        return None, broken.problems
    slug = tree.at(("slug",))
    if isinstance(slug.value, str) and slug.value != path.name:
        what = f"the slug '{slug.value}' is not the name of its folder"
        return None, (Problem(Path(slug.file), slug.line, what, f"write 'slug: {path.name}'"),)
    playbook, wrong = _validated(tree, Playbook)
    if playbook is not None:
        wrong = tuple(assembling.problem_at(tree, flaw) for flaw in house_rules.of(playbook))
    cues = assembling.fields(tree).get("cues")
    return playbook, (*wrong, *(_validated(cues, CueSet)[1] if cues else ()))


def _rehearsal(path: Path) -> tuple[Rehearsal | None, tuple[Problem, ...]]:
    if not (path / REHEARSAL).is_file():
        return None, ()
    try:
        return _validated(assembling.load(path / REHEARSAL), Rehearsal)
    except Broken as broken:
        return None, broken.problems


def _validated(tree: Leaf, model: type[_Model]) -> tuple[_Model | None, tuple[Problem, ...]]:
    """Return the model that a tree makes, or the problems that keep it from being one."""
    try:
        return model.model_validate(tree.plain()), ()
    except ValidationError as error:
        return None, tuple(assembling.problem_at(tree, flaw) for flaw in mending.of(error, model))
