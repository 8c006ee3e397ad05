"""Reads which texts of a playbook somebody approved by name, and which are still samples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.playbook.samples import Mark, Sample, needs, samples
from webcare.domain.playbook.samples import unapproved as _unapproved
from webcare.models import Agent, TextApproval
from webcare.queries.rules import BASE

__all__ = ["TextRow", "approved", "needs", "texts", "unapproved"]


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a playbook: who approved exactly these words and when, if anybody did.

    `is_grave` is true for legal, medical and self-harm texts: without a name they don't leave for real.
    `in_folder` says whether the folder itself calls it approved, which counts for all other texts.
    `was_approved` is true when earlier words had a yes: somebody changed them since.
    """

    noun: str
    key: str
    purpose: dict[str, str]
    texts: dict[str, str]
    sha256: str
    why: str
    is_grave: bool
    in_folder: bool
    was_approved: bool
    approved_by_name: str | None = None
    approved_at: datetime | None = None

    @property
    def is_sample(self) -> bool:
        """Return whether the text is shown as a sample that nobody approved."""
        return self.approved_at is None and (self.is_grave or not self.in_folder)


def approved(session: Session, playbook: Playbook) -> frozenset[Mark]:
    """Return the (noun, key) of every text of `playbook` whose present words are approved.

    Legal, medical and self-harm texts count only when a person approved exactly these words; for other
    texts the folder's own `approved: true` will do. Words that a playbook has from the one it extends
    need one approval only.
    """
    return frozenset((row.noun, row.key) for row in texts(session, playbook) if not row.is_sample)


def unapproved(session: Session, playbook: Playbook, template: ReplyTemplate) -> tuple[Mark, ...]:
    """Return what must be approved by name before `template` may leave in a real activation."""
    return _unapproved(playbook, template, approved(session, playbook)) if needs(playbook, template) else ()


def texts(session: Session, playbook: Playbook) -> tuple[TextRow, ...]:
    """Return every text of a playbook that can be approved, those that need it first."""
    asked = (
        select(TextApproval.noun, TextApproval.key, TextApproval.sha256, Agent.name, TextApproval.approved_at)
        .join(Agent, Agent.id == TextApproval.approved_by)
        .where(TextApproval.playbook.in_({playbook.slug, playbook.extends or BASE, BASE}))
        .order_by(TextApproval.id)
    )
    known: dict[Mark, dict[bytes, tuple[str, datetime]]] = {}
    for noun, key, digest, name, at in session.execute(asked):
        known.setdefault((noun, key), {})[bytes(digest)] = (name, at)
    return tuple(_row(each, known.get(each.mark, {})) for each in samples(playbook))


def _row(sample: Sample, known: dict[bytes, tuple[str, datetime]]) -> TextRow:
    name, at = known.get(sample.digest, (None, None))
    part = sample.part
    return TextRow(
        noun=sample.noun,
        key=sample.key,
        purpose=dict(part.purpose.root) if isinstance(part, ReplyTemplate) else {"en": part.jurisdiction},
        texts=dict(part.texts.root),
        sha256=sample.digest.hex(),
        why=sample.why,
        is_grave=sample.is_grave,
        in_folder=part.approved,
        was_approved=at is None and bool(known),
        approved_by_name=name,
        approved_at=at,
    )
