"""Puts the cues of several playbooks together into the one set that triage works with."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from webcare.domain.playbook import Playbook
from webcare.domain.triage.cues import CueSet, merged
from webcare.queries.keeping import Cache

_CUES: Cache[CueSet] = Cache()


def together(found: tuple[Playbook, ...]) -> CueSet:
    """Return the cues of all these playbooks as one set, compiled once per combination."""
    key = tuple(sorted({playbook.fingerprint for playbook in found}))
    kept = _CUES.get(key)
    if kept is not None:
        return kept
    start: dict[str, Any] = {}
    return _CUES.put(key, CueSet.model_validate(_once(reduce(merged, (each.cues for each in found), start))))


def _once(tree: Any) -> Any:
    """Return rules with every list's repeats removed: two playbooks bring the base's rules twice."""
    if isinstance(tree, dict):
        return {name: _once(each) for name, each in tree.items()}
    if isinstance(tree, list):
        return list({json.dumps(each, sort_keys=True): _once(each) for each in tree}.values())
    return tree
