"""Says which texts of a playbook are samples, and which may not leave before a named person approved them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from webcare.domain.playbook.sentences import ReplyTemplate, Snippet
from webcare.domain.playbook.shape import Playbook
from webcare.domain.playbook.wording import WordingError, names, parse

Noun = Literal["reply", "snippet"]
Mark = tuple[str, str]
"""A text by its noun and key, such as ("reply", "volc.med")."""

GRAVE_INTENTS = frozenset({"medical", "self_harm_distress"})
"""Questions in which wrong words may cost somebody's health or life."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One text that can be approved: `is_grave` when it may not leave without, and why in a word."""

    noun: Noun
    key: str
    part: ReplyTemplate | Snippet
    is_grave: bool
    why: str = ""

    @property
    def mark(self) -> Mark:
        """Return the noun and key by which approvals name it."""
        return self.noun, self.key

    @property
    def digest(self) -> bytes:
        """Return the SHA-256 of its words in all languages."""
        return digest(self.part)


def digest(part: ReplyTemplate | Snippet) -> bytes:
    """Return the SHA-256 of the words of a reply or snippet, whatever the order of its languages."""
    plain = json.dumps(part.texts.root, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).digest()


def samples(playbook: Playbook) -> tuple[Sample, ...]:
    """Return every text of a playbook that can be approved, those that need it first."""
    found = [
        *(Sample("snippet", each.key, each, is_grave=True, why="legal") for each in playbook.snippets),
        *(
            Sample("reply", each.key, each, is_grave=bool(_why(playbook, each)), why=_why(playbook, each))
            for each in playbook.replies
        ),
    ]
    return tuple(sorted(found, key=lambda each: not each.is_grave))


def needs(playbook: Playbook, template: ReplyTemplate) -> bool:
    """Return whether a template is legal, medical or about self-harm, and so needs a named approval."""
    return bool(_why(playbook, template))


def unapproved(playbook: Playbook, template: ReplyTemplate, approved: frozenset[Mark]) -> tuple[Mark, ...]:
    """Return what must still be approved by name before a template may leave for real; empty when nothing.

    `approved` holds what is approved, as `queries.text_approvals.approved` returns it.
    """
    if not needs(playbook, template):
        return ()
    wanted = (("reply", template.key), *(("snippet", key) for key in _snippets(playbook, template)))
    return tuple(mark for mark in wanted if mark not in approved)


def _why(playbook: Playbook, template: ReplyTemplate) -> str:
    """Return what makes a template grave: legal, medical, self-harm; an empty text when nothing does."""
    if "medical" in template.intents:
        return "medical"
    if GRAVE_INTENTS & set(template.intents):
        return "self-harm"
    kinds = {each.key: each.kind for each in playbook.facts}
    stands_on = (*template.requires, *template.optional)
    is_legal = template.locked or any(kinds.get(key) == "legal" for key in stands_on)
    return "legal" if is_legal or any(_snippets(playbook, template)) else ""


def _snippets(playbook: Playbook, template: ReplyTemplate) -> Iterator[str]:
    """Yield the snippets that a template says, in any language, each once."""
    known = {each.key for each in playbook.snippets}
    used: dict[str, None] = {}
    for words in template.texts.root.values():
        try:
            used |= dict.fromkeys(names(parse(words)))
        except WordingError:  # a playbook with such a text can't be loaded
            continue
    yield from (key for key in used if key in known)
