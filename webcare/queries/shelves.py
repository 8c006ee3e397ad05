"""Reads the list of playbooks: version, growth stage, samples left, and when each was rehearsed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from webcare.queries import activations, growth, playbooks, text_approvals
from webcare.queries.activations import ActivationRow


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """One playbook; `samples` of its `texts` are not approved, `grave` of those may not leave for real."""

    slug: str
    title: dict[str, str]
    version: str
    stage: str = ""
    texts: int = 0
    samples: int = 0
    grave: int = 0
    rehearsed_at: datetime | None = None
    problem: str = ""


def rows(session: Session, now: datetime) -> tuple[ShelfRow, ...]:
    """Return every playbook at `now` (aware), the base one first."""
    return tuple(_row(session, each, now) for each in playbooks.shelf())


def uses(session: Session) -> list[ActivationRow]:
    """Return the running activations and the newest past ones, newest first."""
    return [*activations.running(session), *activations.past(session)]


def _row(session: Session, ready: playbooks.ReadyRow, now: datetime) -> ShelfRow:
    if ready.problem:
        return ShelfRow(ready.slug, ready.title, ready.version, problem=ready.problem)
    playbook = playbooks.any_one(ready.slug)
    texts = text_approvals.texts(session, playbook)
    samples = [each for each in texts if each.is_sample]
    return ShelfRow(
        slug=ready.slug,
        title=ready.title,
        version=ready.version,
        stage=growth.of(session, playbook, now).stage,
        texts=len(texts),
        samples=len(samples),
        grave=sum(each.is_grave for each in samples),
        rehearsed_at=growth.rehearsed_at(session, ready.slug),
    )
