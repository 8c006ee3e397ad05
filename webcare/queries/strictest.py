"""Says which playbook decides when several are in force at once: the strictest wins, and has a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from webcare.domain.urgency import Urgency
from webcare.queries import rules
from webcare.queries.activations import ActivationRow

_POLICIES = ("answer-all", "answer-questions", "allowlist-only", "hold")
_APPROVERS = ("none", "colleague", "lead")


@dataclass(frozen=True, slots=True)
class Decided:
    """One rule: what holds, and the titles of the playbooks that ask for it."""

    rule: str
    value: str
    titles: tuple[dict[str, str], ...]


def of(session: Session, row: ActivationRow) -> tuple[Decided, ...]:
    """Return what holds, and by which playbook, while an activation runs beside others; else nothing."""
    if row.ended_at is not None:
        return ()
    in_force = rules.covering(session, row.id if row.is_rehearsal else None)
    books = in_force.playbooks
    if len(books) < 2:  # noqa: PLR2004 - one alone has nobody to be stricter than
        return ()
    found = []
    for level in Urgency:
        asked = [getattr(book.due_minutes, level.name) for book in books]
        found.append((f"{level.name}", f"{min(asked)} min", [each == min(asked) for each in asked]))
    policies = [_POLICIES.index(book.reply_policy) for book in books]
    found.append(("replies", _POLICIES[max(policies)], [each == max(policies) for each in policies]))
    approvers = [_APPROVERS.index(book.approval.reply) for book in books]
    found.append(("approval", _APPROVERS[max(approvers)], [each == max(approvers) for each in approvers]))
    return tuple(
        Decided(
            rule, value, tuple(dict(book.title.root) for book, is_ in zip(books, whose, strict=True) if is_)
        )
        for rule, value, whose in found
    )
