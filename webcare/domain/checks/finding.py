"""Describes what is checked and what a check says: a draft, a finding, a one-click mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn"]


@dataclass(frozen=True, slots=True)
class GivenFact:
    """A fact that a draft may rest on: its words per language, and whether they hold now.

    `status` is confirmed, likely, unknown or retracted; `is_expired` when its time is over.
    """

    key: str
    values: tuple[str, ...]
    status: str = "confirmed"
    is_expired: bool = False


@dataclass(frozen=True, slots=True)
class CheckedDraft:
    """A reply as it would leave, and what is known around it.

    `language` is a code or None to recognise it. `limit` counts characters. `wants_signature`: a
    public reply should end in `^XX`. `locked` are the rendered texts of locked snippets, `earlier`
    our own texts in the same public thread. `tone` is the tone of the playbook in force.
    """

    text: str
    language: str | None = None
    is_public: bool = False
    channel: str = ""
    limit: int | None = None
    wants_signature: bool = False
    contact_name: str | None = None
    facts: tuple[GivenFact, ...] = ()
    locked: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Mend:
    """What one click does: the characters from `start` to `end` become `words`."""

    label: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, where (`start` to `end`, in characters), and a sentence that says how to mend it.

    `is_final`: not even a lead can let it pass (personal data in public, legal positions, threats).
    """

    name: str
    severity: Severity
    start: int
    end: int
    sentence: str
    mend: Mend | None = None
    is_final: bool = False
