"""Gathers what a reply stands on: playbook, template, facts in force, and what is known around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from webcare import clock
from webcare.domain import facts
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.read_back import Spoken
from webcare.errors import Refused
from webcare.models import Conversation
from webcare.queries import fact_versions, reply_times, rules, text_approvals
from webcare.queries.fact_versions import HeldFact
from webcare.services import read_backs
from webcare.services.surroundings import Around, around


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a reply stands on: its template and playbook, the facts in force, and the versions it states.

    `samples` are the texts in it that no admin has approved by name, where that is needed; `overrides`
    the findings that a lead lets pass. `linked` are the versions that it states in its own words.
    """

    playbooks: tuple[Playbook, ...]
    playbook: Playbook
    template: ReplyTemplate | None
    activation_id: int | None
    held: Mapping[str, HeldFact]
    stated: Mapping[str, int]
    now: datetime
    around: Around
    thread: tuple[Spoken, ...] = ()
    samples: tuple[str, ...] = ()
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    linked: Mapping[str, int] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, facts.FactVersion]:
        """Return the fact versions in force by key."""
        return {key: each.value for key, each in self.held.items()}

    @property
    def version_ids(self) -> list[int]:
        """Return the rows of the fact versions that the reply states, by chip or in its own words."""
        return sorted({self.held[key].version_id for key in (*self.stated, *self.linked)})


def gather(session: Session, row: Conversation, stated: tuple[str | None, Mapping[str, int]]) -> Grounds:
    """Return what a reply with this (template key, fact versions) stands on.

    Raises Refused when no playbook in force has the template.
    """
    key, versions = stated
    held_rules = rules.in_force(session, row)
    found = held_rules.reply(key) if key is not None else None
    if key is not None and found is None:
        raise Refused(f"No playbook in force has a reply '{key[:64]}'; choose another one.")
    source = found[0] if found else held_rules.sources[0]
    held = fact_versions.held(session, held_rules.activation_ids)
    return Grounds(
        playbooks=held_rules.playbooks,
        playbook=source.playbook,
        template=found[1] if found else None,
        activation_id=source.activation_id,
        held=reply_times.for_reader(session, held, row.inbox_id, row.language),
        stated=dict(versions),
        now=clock.now(),
        around=around(session, row),
        thread=read_backs.thread(session, row, held_rules) if _is_confirmation(found) else (),
        samples=_samples(session, row, found),
    )


def _is_confirmation(found: tuple[rules.Source, ReplyTemplate] | None) -> bool:
    return found is not None and found[1].step == "confirmation"


def _samples(
    session: Session, row: Conversation, found: tuple[rules.Source, ReplyTemplate] | None
) -> tuple[str, ...]:
    """Return legal, medical and self-harm texts that nobody approved; a rehearsal may use samples."""
    if found is None or row.rehearsal_id is not None:
        return ()
    return tuple(f"'{key}'" for _, key in text_approvals.unapproved(session, found[0].playbook, found[1]))
