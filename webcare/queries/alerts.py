"""Reads alerts: what Slack is told, and what stands on the desk whether Slack heard it or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from webcare.domain.rights import Who
from webcare.models import Alert, Conversation
from webcare.queries import scope


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert; `state` says whether Slack has it, `words` why not."""

    id: int
    kind: str
    slack_channel: str
    text: str
    count: int
    activation_id: int | None
    conversation_id: int | None
    state: str
    words: str
    created_at: datetime
    changed_at: datetime


def desk(session: Session, who: Who, now: datetime, hours: int = 24) -> tuple[AlertRow, ...]:
    """Return up to 100 alerts of the last `hours`, newest first, without conversations hidden from `who`."""
    theirs = select(Conversation.id).where(Conversation.id == Alert.conversation_id, *scope.visible(who))
    asked = (
        select(*(getattr(Alert, name) for name in AlertRow.__dataclass_fields__))
        .where(
            Alert.changed_at > now - timedelta(hours=hours),
            or_(Alert.conversation_id.is_(None), theirs.exists()),
        )
        .order_by(Alert.id.desc())
        .limit(100)
    )
    return tuple(AlertRow(**each) for each in session.execute(asked).mappings())


def was_raised(session: Session, coalesce_key: str) -> bool:
    """Return whether an alert with this key was ever raised; for those that may be said only once."""
    return session.execute(select(Alert.id).where(Alert.coalesce_key == coalesce_key)).first() is not None
