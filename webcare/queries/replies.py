"""Reads which reply templates fit a conversation now, and why some of them may not leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from webcare.domain import replies
from webcare.domain.playbook import Playbook, ReplyTemplate, samples
from webcare.queries import facts, rules, text_approvals
from webcare.queries.inbox import ConversationRow


@dataclass(frozen=True, slots=True)
class Choice:
    """One reply template on the shelf; `problems` holds a sentence per fact that is missing or over.

    `fits` is how much of what it answers was asked, in per cent; 1 for a template about nothing special.
    `is_approved` is False for a legal, medical or self-harm text that may not leave before an admin's yes.
    """

    key: str
    version: int
    purpose: dict[str, str]
    languages: tuple[str, ...]
    fits: int
    is_approved: bool
    is_locked: bool
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What an agent may choose from: templates (best fit first), languages, activations that count."""

    choices: tuple[Choice, ...]
    languages: tuple[str, ...]
    activation_ids: tuple[int, ...]


def shelf(session: Session, row: ConversationRow, now: datetime) -> Shelf:
    """Return the reply templates in force for `row` at `now` (aware), those for its urgency only."""
    in_force = rules.in_force(session, row)
    held = facts.in_force(session, row.inbox_id, row.language, row.labels)
    found: dict[str, Choice] = {}
    for playbook in (*in_force.playbooks, rules.base()):
        approved = text_approvals.approved(session, playbook)
        for template in playbook.replies:
            if template.key not in found and _suits(template, row, playbook):
                problems = tuple(each.sentence for each in replies.problems(template, held, now))
                is_free = row.is_rehearsal or not samples.unapproved(playbook, template, approved)
                found[template.key] = replace(_choice(template, row, problems), is_approved=is_free)
    # What is asked first, and of that what may leave now; the crisis's playbook stands before the base one.
    ordered = sorted(found.values(), key=lambda each: (not each.fits, bool(each.problems), -each.fits))
    languages = dict.fromkeys(code for playbook in in_force.playbooks for code in playbook.languages)
    return Shelf(tuple(ordered), tuple(languages), in_force.activation_ids)


def _suits(template: ReplyTemplate, row: ConversationRow, playbook: Playbook) -> bool:
    if playbook.reply_policy == "allowlist-only" and template.key not in playbook.allowed_replies:
        return False
    return not template.levels or f"U{row.urgency}" in template.levels


def _choice(template: ReplyTemplate, row: ConversationRow, problems: tuple[str, ...]) -> Choice:
    shared = len(set(template.intents) & set(row.intents))
    return Choice(
        key=template.key,
        version=template.version,
        purpose=dict(template.purpose.root),
        languages=tuple(template.texts.root),
        fits=100 * shared // len(template.intents) if template.intents else 1,
        is_approved=True,
        is_locked=template.locked,
        problems=problems,
    )
