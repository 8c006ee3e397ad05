"""Triage: how urgent one incoming text is, what it asks for, by when, and why, in words."""

from __future__ import annotations

from webcare.domain.triage.assessment import Assessment, Reason, Text
from webcare.domain.triage.cues import CueSet
from webcare.domain.triage.learned import Model
from webcare.domain.triage.reading import AUTOMATIC, Reading, concluded, read
from webcare.domain.triage.verdict import weighed

__all__ = [
    "AUTOMATIC",
    "Assessment",
    "CueSet",
    "Model",
    "Reading",
    "Reason",
    "Text",
    "assess",
    "concluded",
    "read",
]


def assess(message: Text, rules: CueSet, model: Model | None = None) -> Assessment:
    """Return level, intents, reasons, language and deadline of one message.

    By the rules given, and by what `model` learned when there is one. Never raises for any text: what
    can't be read goes up to people (U2, `is_unsure`), not down. Raises ValueError only when
    `message.received_at` has no zone.
    """
    reading = read(message, rules)
    # What the model makes of a language that it never met is chance.
    if model is None or reading.is_automatic or not reading.words.folded or reading.is_foreign:
        return concluded(reading)
    return weighed(reading, model.score(reading), model.head)
