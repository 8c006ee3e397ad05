"""Reads which conversations an activation covers: how many wait there, and what stands in the backlog."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, select, true
from sqlalchemy.orm import Session

from webcare.domain.coverage import Coverage
from webcare.domain.language import UNKNOWN
from webcare.domain.rights import Who
from webcare.models import Conversation
from webcare.queries import scope
from webcare.queries.inbox import COUNTED
from webcare.queries.running import Place

_OPEN = Conversation.state == literal_column("'open'")


def condition(coverage: Coverage, table: Any = Conversation) -> ColumnElement[bool]:
    """Return what `Coverage.covers` decides, for a query over `table`: Conversation or an alias of it."""
    parts: list[ColumnElement[bool]] = [true()]
    if coverage.inboxes:
        parts.append(table.inbox_id.in_(coverage.inboxes))
    if coverage.languages:
        parts.append(table.language.in_((UNKNOWN, *coverage.languages)))
    if coverage.labels:
        parts.append(table.labels.overlap(list(coverage.labels)))
    return and_(*parts)


def count(session: Session, who: Who, coverage: Coverage) -> int:
    """Return how many open real conversations that `who` may see are covered, counted up to COUNTED."""
    found = (
        select(Conversation.id)
        .where(_OPEN, Conversation.rehearsal_id.is_(None), condition(coverage), *scope.visible(who))
        .limit(COUNTED)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(found)).scalar_one())


def places(session: Session) -> list[Place]:
    """Return every place in which a conversation is open, each once; the rules are asked once per place."""
    asked = (
        select(Conversation.inbox_id, Conversation.language, Conversation.labels, Conversation.rehearsal_id)
        .where(_OPEN)
        .distinct()
    )
    return [
        Place(row.inbox_id, row.language, tuple(row.labels), row.rehearsal_id)
        for row in session.execute(asked)
    ]


def labels(session: Session, most: int = 30) -> list[str]:
    """Return the labels that open conversations have, most used first, no more than `most`."""
    label = func.unnest(Conversation.labels).label("label")
    each = select(label).where(_OPEN, Conversation.rehearsal_id.is_(None)).subquery()
    asked = select(each.c.label).group_by(each.c.label).order_by(func.count().desc(), each.c.label)
    return list(session.scalars(asked.limit(most)))
