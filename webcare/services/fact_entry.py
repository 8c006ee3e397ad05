"""Checks what somebody writes down as a fact, before it becomes a version."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webcare.domain import reply_time
from webcare.domain.playbook import FactSpec
from webcare.errors import Refused
from webcare.services import wording

STATUSES = ("confirmed", "likely", "unknown")
LONGEST_MINUTES = 525_600
_LONGEST_WORDS = 2000
_NEEDS_CONFIRMED = ("contact", "legal")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class FactEntry:
    """What somebody writes down: the words per language code, where they come from, until when they hold.

    Without `valid_minutes` the playbook's time holds; an empty `owner` is the playbook's role.
    """

    activation_id: int
    key: str
    status: str
    said: Mapping[str, str]
    source: str
    owner: str = ""
    valid_minutes: int | None = None
    is_public: bool = False


def checked(entry: FactEntry, spec: FactSpec) -> dict[str, Any]:
    """Return the columns that the person decides; raise Refused with everything that is wrong."""
    if spec.key == reply_time.KEY:
        raise Refused("Nobody types the time until an answer: the desk measures it every five minutes.")
    wrong: list[str] = []
    if entry.status not in STATUSES:
        wrong.append(f"status: choose one of {', '.join(STATUSES)}.")
    if entry.status == "likely" and spec.kind in _NEEDS_CONFIRMED:
        wrong.append(f"status: a {spec.kind} fact is confirmed or unknown, never likely.")
    if entry.valid_minutes is not None and not 1 <= entry.valid_minutes <= LONGEST_MINUTES:
        wrong.append(f"valid_minutes: give 1 to {LONGEST_MINUTES} minutes.")
    if entry.status != "unknown" and not entry.source.strip():
        wrong.append("source: say where this comes from, such as a bulletin and its time.")
    said = {language: words.strip() for language, words in entry.said.items() if words.strip()}
    wrong += [f"said: write the '{code}' words." for code in ("en", "nl") if _lacks(entry, said, code)]
    wrong += [
        f"said: the '{language[:10]}' words hold a brace or are too long."
        for language, words in said.items()
        if not _LANGUAGE.fullmatch(language) or re.search(r"[{}\x00]", words) or len(words) > _LONGEST_WORDS
    ]
    if wrong:
        raise Refused(f"The fact '{spec.key}' can't be written down like this.", tuple(wrong))
    return {
        "status": entry.status,
        "said": said,
        "source": wording.checked(entry.source, "source", 500, may_be_empty=True),
        "owner": wording.checked(entry.owner or spec.owner, "owner", 80),
        "is_public": entry.is_public,
    }


def _lacks(entry: FactEntry, said: Mapping[str, str], code: str) -> bool:
    return entry.status != "unknown" and code not in said
