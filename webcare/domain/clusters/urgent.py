"""How urgent the cues of triage find a text whose language is known, for whoever has no assessment of it."""

from __future__ import annotations

from datetime import datetime

from webcare.domain.language import SUPPORTED
from webcare.domain.triage.cues import CueSet
from webcare.domain.triage.evidence import gather
from webcare.domain.triage.findings import from_cues, promoted
from webcare.domain.triage.words import cut, excerpts
from webcare.domain.urgency import Urgency


def by_cues(text: str, language: str, rules: CueSet, received: datetime) -> Urgency | None:
    """Return the level that the cues give, None when they find nothing.

    Three times as quick as `assess`, which recognises the language first and reads what nobody asked here.
    `received` is aware and local: relative moments count from it.
    """
    languages = frozenset({"en", language}) if language in SUPPORTED else frozenset(SUPPORTED)
    evidence = gather(cut(excerpts(text)), rules, languages, received)
    findings = promoted(from_cues(evidence, rules), evidence, rules)
    return min((one.level for one in findings if not one.is_unsure), default=None)
