"""Says that nothing has changed, in one step: that keeps the promise of an update too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webcare.domain import broadcasts as words
from webcare.domain.playbook import Playbook, ReplyTemplate
from webcare.domain.rights import Who
from webcare.models import Activation
from webcare.queries import broadcast_facts
from webcare.queries import broadcasts as rows
from webcare.queries.broadcasts import BroadcastRow
from webcare.services import broadcasts, promises
from webcare.services.broadcasts import BroadcastText


def publish(session: Session, who: Who, activation_id: int, at: datetime) -> BroadcastRow:
    """Publish "no change" and promise the next update for `at` (aware): one step where one may.

    The text is the playbook's own, or the built-in one while its facts were never known. Where the
    playbook asks for a colleague it waits for that yes. Raises NotAllowed, NotFound, Conflict, Refused.
    """
    promises.refuse_past(at)
    playbook = rows.source(session, activation_id).playbook
    template = _own_text(session, playbook, activation_id)
    texts = template.texts.root if template else words.NO_CHANGE
    parts = {language: {words.ONLY: texts[language]} for language in words.LANGUAGES}
    made = broadcasts.write(session, who, BroadcastText("nochange", parts, activation_id, at))
    row = broadcasts.submit(session, who, made, 1)
    if row.state == "waiting" and broadcasts.may_approve(session, who, row):
        return broadcasts.approve(session, who, made, 1)
    return row


def _own_text(session: Session, playbook: Playbook, activation_id: int) -> ReplyTemplate | None:
    """Return the playbook's text for it, or None while one of its facts was never known."""
    template = words.nochange_template(playbook)
    if template is None:
        return None
    mode = session.scalar(select(Activation.mode).where(Activation.id == activation_id))
    held = broadcast_facts.held(session, activation_id if mode == "rehearsal" else None)
    needed = [key for key in template.requires if key != words.NEXT_UPDATE]
    is_known = all(key in held and held[key].value.status != "unknown" for key in needed)
    return template if is_known else None
