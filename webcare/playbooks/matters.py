"""Reads what messages can be about from the playbooks' matters.yaml, for clusters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from webcare.domain.clusters import Matters
from webcare.domain.playbook import mending
from webcare.errors import Refused
from webcare.playbooks import assembling, shipped
from webcare.playbooks.assembling import Broken

MATTERS = "base/matters.yaml"


def load(root: Path) -> Matters:
    """Return the matters of the base playbook in `root`, or the shipped ones when it has none.

    What was read is kept until the file changes. Raises Refused, one reason per problem, when it is wrong.
    """
    file = root / MATTERS
    if not file.is_file():
        file = shipped() / MATTERS
    return _loaded(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _loaded(file: Path, _as_of: int) -> Matters:
    sentence = f"What messages can be about can't be read from {file}."
    try:
        tree = assembling.load(file)
        return Matters.model_validate(tree.plain())
    except Broken as broken:
        raise Refused(sentence, tuple(map(str, broken.problems))) from broken
    except ValidationError as error:
        wrong = tuple(str(assembling.problem_at(tree, flaw)) for flaw in mending.of(error, Matters))
        raise Refused(sentence, wrong) from error
