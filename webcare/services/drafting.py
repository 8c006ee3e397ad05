"""Keeps what agents are writing, and fills reply templates with the facts in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Boolean, Label, delete, literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from webcare import clock, live
from webcare.domain.rights import Who
from webcare.errors import NotAllowed
from webcare.models import Draft
from webcare.queries import inbox, rules
from webcare.queries.conversations import DraftRow
from webcare.services import assignment, reply_findings, timeline, wording
from webcare.services.reply_findings import Looked
from webcare.services.suggestions import Suggested, suggest

__all__ = ["DraftText", "Suggested", "discard", "keep", "save", "suggest"]

LONGEST = 10_000
# xmax is zero only in a row that this very statement inserted.
_IS_NEW: Label[bool] = literal_column("xmax = 0", Boolean).label("is_new")


@dataclass(frozen=True, slots=True)
class DraftText:
    """What an agent is writing; `facts` maps keys to the versions that the text states.

    `not_stated` are facts (key and version) that it seems to state and, its author says, doesn't.
    """

    conversation_id: int
    text: str
    reply_template: str | None = None
    facts: Mapping[str, int] = field(default_factory=dict)
    not_stated: Mapping[str, int] = field(default_factory=dict)


def save(session: Session, who: Who, draft: DraftText) -> DraftRow:
    """Keep what `who` is writing, over what they wrote before; it is a sign of life for their claim.

    Raises NotAllowed, NotFound, and Refused when the text is too long or can't be stored.
    """
    if not who.may("draft.write"):
        raise NotAllowed("Your role can read conversations but not write in them.")
    row = inbox.row(session, who, draft.conversation_id)
    template = rules.in_force(session, row).reply(draft.reply_template) if draft.reply_template else None
    values: dict[str, Any] = {
        "text": wording.checked(draft.text, "draft", LONGEST, may_be_empty=True),
        "reply_template": draft.reply_template if template else None,
        "reply_template_version": template[1].version if template else None,
        "facts": dict(draft.facts),
        "not_stated": dict(draft.not_stated),
        "updated_at": clock.now(),
    }
    keeping = insert(Draft).values(conversation_id=row.id, agent_id=who.agent_id, **values)
    keeping = keeping.on_conflict_do_update(index_elements=["conversation_id", "agent_id"], set_=values)
    kept = session.execute(keeping.returning(Draft.id, _IS_NEW)).one()
    if kept.is_new:
        # The first word of a draft is an event; the autosaves that follow would bury the timeline.
        timeline.record(
            session, who, "drafted", ("conversation", row.id), reply_template=draft.reply_template
        )
        live.tell(session, "conversation", [row.id])
    assignment.extend(session, who, row.id)
    return DraftRow(id=kept.id, conversation_id=row.id, agent_id=who.agent_id, agent_name=who.name, **values)


def keep(session: Session, who: Who, draft: DraftText) -> Looked:
    """Keep what `who` is writing and return what it says, for exactly the text that was kept.

    Empty text throws the draft away and has no findings. Raises as `save` and `discard` do.
    """
    if not draft.text.strip():
        discard(session, who, draft.conversation_id)
        return Looked()
    kept = save(session, who, draft)
    written = (kept.text, kept.reply_template, draft.facts)
    return reply_findings.read(session, who, draft.conversation_id, written, draft.not_stated)


def discard(session: Session, who: Who, conversation_id: int) -> None:
    """Throw away what `who` was writing there; raise NotAllowed, NotFound; nothing to throw is no error."""
    if not who.may("draft.write"):
        raise NotAllowed("Your role can read conversations but not write in them.")
    row = inbox.row(session, who, conversation_id)
    gone = delete(Draft).where(Draft.conversation_id == row.id, Draft.agent_id == who.agent_id)
    if session.execute(gone.returning(Draft.id)).first() is not None:
        timeline.record(session, who, "draft_discarded", ("conversation", row.id))
        live.tell(session, "conversation", [row.id])
