"""Reads messages by the rules of a playbook, as the desk would, without a desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from webcare import playbooks
from webcare.domain.triage.assessment import Text
from webcare.domain.triage.cues import CueSet
from webcare.domain.triage.reading import Reading, read
from webcare.learning.examples import Example

BASE = "base"
# A Wednesday evening in the closing week of the ash cloud: when a message doesn't tell, "tonight" is near.
USUAL_ARRIVAL = datetime(2026, 4, 15, 16, 30, tzinfo=UTC)


@cache
def cues(slug: str, root: Path) -> CueSet:
    """Return the triage rules of playbook `slug` in `root`, those of the base included.

    Raises NotFound when there is no such playbook and Refused when its files are wrong.
    """
    return CueSet.model_validate(playbooks.load(slug, root).cues)


def text_of(one: Example) -> Text:
    """Return an example as triage takes it: arrived when it says, or on the usual evening."""
    return Text(one.text, one.received_at or USUAL_ARRIVAL, one.language)


class PlaybookReader:
    """Reads an example by the base rules and by those of the playbook it was written for.

    Both, because the same words reach a desk before its playbook is in force and after.
    """

    def __init__(self, root: Path) -> None:
        """Take the folder with playbooks."""
        self._root = root
        self._known = frozenset(playbooks.slugs(root)) - {BASE}

    def __call__(self, one: Example) -> Sequence[Reading]:
        """Return one or two readings of `one`."""
        slugs = (BASE, one.playbook) if one.playbook in self._known else (BASE,)
        # People's language hints are often absent; what the words tell must be enough.
        text = Text(one.text, one.received_at or USUAL_ARRIVAL)
        return [read(text, cues(slug, self._root)) for slug in slugs]
