"""Describes how a playbook makes the checks stricter: checks that block here, and words that nobody says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from webcare.domain.playbook.text import NAMES, Keyed, Language, Part, Text, Words

CheckName = Literal[
    "unbacked_promise",
    "expired_fact",
    "retracted_fact",
    "personal_data_public",
    "unfilled_placeholder",
    "wrong_recipient_name",
    "secrets_requested",
    "legal_conclusion",
    "speculation_on_cause",
    "too_long",
    "blame",
    "empty_apology",
    "no_time",
    "dismissive",
    "unsigned",
    "repeated",
    "tone",
]


def _in_both(phrases: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the phrases; raise when a language that everybody writes in has none."""
    for code, name in NAMES.items():
        if not phrases.get(code):
            mend = f"add a line '{code}: [...]' with at least one phrase"
            raise PydanticCustomError(
                "language_missing", "the {language} phrases are missing", {"language": name, "mend": mend}
            )
    return phrases


Phrases = Annotated[dict[Language, tuple[Words, ...]], AfterValidator(_in_both)]


class RaisedCheck(Part):
    """A check that only warns elsewhere and blocks while this playbook is in force; none can be lowered."""

    key: CheckName
    severity: Literal["block"]


class ForbiddenWords(Keyed):
    """Phrases that a reply may not say in this crisis, and what to say instead.

    `phrases` per language; a `*` at the end of a word stands for the rest of it. `sentence` tells the agent
    why and what to say; `instead` are the words that one click puts in their place.
    """

    severity: Literal["warn", "block"] = "warn"
    phrases: Phrases
    sentence: Text
    instead: Text | None = None
