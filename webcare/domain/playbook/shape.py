"""Describes a whole playbook and refuses one whose parts contradict each other."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from webcare.domain import reply_time
from webcare.domain.playbook import flaws
from webcare.domain.playbook.lint import ForbiddenWords, RaisedCheck
from webcare.domain.playbook.parts import Alert, Approval, DueMinutes, Phase, Role, Severity, Step, Trigger
from webcare.domain.playbook.sentences import FactSpec, ReplyTemplate, Snippet
from webcare.domain.playbook.text import Key, Language, Part, Text, Titled

GrowthStage = Literal["pioneer", "serious", "integrated"]
Cluster = Literal["victim", "accident", "preventable", "unknown"]
Tone = Literal["warm-informal", "warm-plain", "formal-reticent"]
ReplyPolicy = Literal["answer-all", "answer-questions", "allowlist-only", "hold"]
Version = Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]


TRUST_AFTER = 5
"""How many replies of a volunteer are approved unchanged, in a row, before they send alone."""

MOST_TRUST_AFTER = 100


class Playbook(Part):
    """What to do, to know, to say and to watch in one kind of crisis."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]
    title: Text
    version: Version
    extends: Key | None = None
    growth_stage: GrowthStage
    scct_cluster: Cluster
    tone: Tone
    reply_policy: ReplyPolicy
    allowed_replies: tuple[Key, ...] = ()
    proactive_outreach: Annotated[bool, Field(strict=True)]
    approval: Approval
    trust_after: Annotated[int, Field(ge=1, le=MOST_TRUST_AFTER, strict=True)] = TRUST_AFTER
    due_minutes: DueMinutes
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    triggers: Annotated[tuple[Trigger, ...], Field(min_length=1)]
    severities: tuple[Severity, ...]
    phases: Annotated[tuple[Phase, ...], Field(min_length=1)]
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    checklist: Annotated[tuple[Step, ...], Field(min_length=1)]
    facts: tuple[FactSpec, ...]
    snippets: tuple[Snippet, ...] = ()
    replies: tuple[ReplyTemplate, ...]
    alerts: tuple[Alert, ...]
    checks: tuple[RaisedCheck, ...] = ()
    words: tuple[ForbiddenWords, ...] = ()
    stand_down: Annotated[tuple[Titled, ...], Field(min_length=1)]
    after_action: Annotated[tuple[Titled, ...], Field(min_length=1)]
    risks: tuple[Titled, ...] = ()
    cues: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse contradictions; every flaw travels along so that a file and line can be named."""
        found = flaws.of(self)
        if found:
            raise PydanticCustomError(
                "flaws",
                "{sentence}",
                {"sentence": "; ".join(flaw.sentence for flaw in found), "flaws": found},
            )
        return self

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256, in hex, of everything that the playbook says; computed once, as it never changes."""
        plain = json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()

    def fact(self, key: str) -> FactSpec | None:
        """Return the fact with this key, or None; of a measured time the one that playbooks declare."""
        wanted = reply_time.declared(key)
        return next((each for each in self.facts if each.key == wanted), None)

    def reply(self, key: str) -> ReplyTemplate | None:
        """Return the reply template with this key, or None."""
        return next((each for each in self.replies if each.key == key), None)

    def phase(self, key: str) -> Phase | None:
        """Return the phase with this key, or None."""
        return next((each for each in self.phases if each.key == key), None)

    def role(self, key: str) -> Role | None:
        """Return the role with this key, or None."""
        return next((each for each in self.roles if each.key == key), None)

    def alert(self, key: str) -> Alert | None:
        """Return the alert with this key, or None."""
        return next((each for each in self.alerts if each.key == key), None)
