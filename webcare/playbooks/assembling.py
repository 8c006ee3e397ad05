"""Puts the files of a playbook's folder together and lays them over what the playbook extends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from webcare.domain.playbook import sheets
from webcare.domain.playbook.flaws import Flaw
from webcare.domain.playbook.sheets import Leaf
from webcare.playbooks.reading import YamlProblem, read

HEAD = "playbook.yaml"
CUES = "cues.yaml"
SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")
_DEEPEST = 5
# The phases in which a crisis ends, in the order in which a phase of its own looks for its place.
_ENDINGS = ("recover", "tail")
_LISTS = {f"{name}.yaml": name for name in ("facts", "snippets", "replies", "alerts", "words")}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a playbook's files; `line` counts from 1."""

    file: Path
    line: int
    what: str
    mend: str

    def __str__(self) -> str:
        """Return one line for a person, which editors can jump to."""
        return f"{self.file}:{self.line}: {self.what} — {self.mend}"


class Broken(Exception):
    """Carries the problems that make reading on pointless."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems."""
        super().__init__(*problems)
        self.problems = problems


def tree(path: Path, roots: tuple[Path, ...], below: tuple[str, ...] = ()) -> Leaf:
    """Return a folder's values laid over those of what it extends, and so on down.

    Parents are looked for in `roots`, in order. Raises Broken when files can't be read, keys stand
    twice, or playbooks extend nothing or each other.
    """
    own = _folder(path)
    extends = fields(own).get("extends")
    if extends is None or extends.value is None:
        return own
    place = Path(extends.file), extends.line
    if path.name in below or len(below) >= _DEEPEST:
        raise Broken(
            Problem(*place, "playbooks extend each other in a circle", "let one of them stand alone")
        )
    parent = _parent(str(extends.value), roots)
    if parent is None:
        known = sorted({each.parent.name for root in roots for each in root.glob(f"*/{HEAD}")})
        raise Broken(
            Problem(*place, f"there is no playbook '{extends.value}'", f"use one of: {', '.join(known)}")
        )
    return _laid_over(tree(parent, roots, (*below, path.name)), own)


def load(file: Path) -> Leaf:
    """Return the values of one file; raise Broken when it is no safe YAML."""
    try:
        return read(file)
    except YamlProblem as problem:
        raise Broken(Problem(file, problem.line, problem.what, problem.mend)) from problem


def problem_at(leaf: Leaf, flaw: Flaw) -> Problem:
    """Return a flaw as a problem in the file and line that it came from."""
    here = leaf.at(flaw.place)
    return Problem(Path(here.file), here.line, flaw.what, flaw.mend)


def fields(leaf: Leaf) -> dict[str, Leaf]:
    """Return the fields of a mapping; raise Broken when it is something else."""
    if not isinstance(leaf.value, dict):
        raise Broken(
            Problem(Path(leaf.file), leaf.line, "this is no mapping", "write lines such as 'key: ...'")
        )
    return leaf.value


def _parent(slug: str, roots: tuple[Path, ...]) -> Path | None:
    if not SLUG.fullmatch(slug):
        return None
    return next((root / slug for root in roots if (root / slug / HEAD).is_file()), None)


def _folder(path: Path) -> Leaf:
    """Return everything that the files of one folder say, with its origin."""
    head = load(path / HEAD)
    parts = [fields(head)]
    for name, allowed in _LISTS.items():
        if (path / name).is_file():
            parts.append(_only(load(path / name), allowed))
    parts += [_only(load(file), "replies") for file in sorted((path / "replies").glob("*.yaml"))]
    own = replace(head, value=sheets.joined(parts))
    wrong = [problem_at(own, flaw) for flaw in (*_repeated(own), *_unsorted(own))]
    if wrong:
        raise Broken(*wrong)
    if (path / CUES).is_file():
        own = replace(own, value={**fields(own), "cues": load(path / CUES)})
    return own


def _only(leaf: Leaf, allowed: str) -> dict[str, Leaf]:
    """Return the fields of a file that may hold one list."""
    for name, value in fields(leaf).items():
        if name != allowed:
            what = f"'{name}' does not belong in this file"
            raise Broken(Problem(Path(value.file), value.line, what, f"only '{allowed}:' stands here"))
    return fields(leaf)


def _repeated(own: Leaf) -> Iterator[Flaw]:
    """Yield keys that stand twice in one list; merging would hide one of them."""
    for place, key in sheets.repeated(own):
        yield Flaw(place, f"the key '{key}' stands twice in this list", "rename or remove one")


def _unsorted(own: Leaf) -> Iterator[Flaw]:
    """Yield steps out of the order of time; merging sorts, so it is looked at per folder."""
    steps = own.at(("checklist",)).value
    before = 0
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        now = sheets.number(step, "offset_minutes")
        if now < before:
            what = f"a step at {now} min stands after a step at {before} min"
            yield Flaw(("checklist", index, "offset_minutes"), what, "sort the steps by offset_minutes")
        before = max(now, before)


def _in_order(below: Leaf, above: Leaf) -> Leaf:
    """Return a playbook whose own phases stand before the end: before `recover`, or else before `tail`.

    What a crisis brings of its own comes while it goes on; `before: key` says otherwise.
    """
    known = [sheets.key_of(each) for each in _items(below.at(("phases",)))]
    own = above.at(("phases",))
    gone = {sheets.key_of(each) for each in _items(own) if each.at(("removed",)).value is True}
    ending = next((key for key in _ENDINGS if key in known and key not in gone), None)
    if ending is None or not isinstance(own.value, list):
        return above
    placed = [_before(each, ending) if sheets.key_of(each) not in known else each for each in own.value]
    return replace(above, value={**fields(above), "phases": replace(own, value=placed)})


def _before(item: Leaf, ending: str) -> Leaf:
    named = item.value if isinstance(item.value, dict) else {}
    if "before" in named:
        return item
    return replace(item, value={**named, "before": replace(item, value=ending)})


def _items(leaf: Leaf) -> list[Leaf]:
    return leaf.value if isinstance(leaf.value, list) else []


def _laid_over(below: Leaf, above: Leaf) -> Leaf:
    """Return a playbook laid over another: cues add up, steps are put in the order of time."""
    cues = [each["cues"] for each in (fields(below), fields(above)) if "cues" in each]
    both = fields(sheets.merged(below, _in_order(below, above))).copy()
    if cues:
        both["cues"] = sheets.added(cues[0], cues[-1]) if len(cues) > 1 else cues[0]
    steps = both.get("checklist")
    if steps is not None and isinstance(steps.value, list):
        in_time = sorted(steps.value, key=lambda step: sheets.number(step, "offset_minutes"))
        both["checklist"] = replace(steps, value=in_time)
    return replace(above, value=both)
