"""Brings journalists to the press officer: tells them once a conversation, keeps other words back (R21)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare.domain import alerts as words_for
from webcare.domain.alerts import Alert
from webcare.domain.lanes import PRESS
from webcare.domain.masking import snippet
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.models import Conversation
from webcare.queries import alerts as raised
from webcare.queries import press, text_approvals
from webcare.services import alerts, lead_alerts
from webcare.services.grounds import Grounds

KIND = "press.waiting"
_NEWEST = text("""
    SELECT m.text FROM messages m WHERE m.conversation_id = :id AND m.direction = 'inbound'
    ORDER BY m.id DESC LIMIT 1
""")


def tell(session: Session, conversation_ids: Sequence[int]) -> int:
    """Alert the press officer to conversations that came into their lane, once each; return how many.

    Whoever holds the role in a real activation hears it directly, otherwise the channel of the press
    office. Eighty masked characters of the message go along (R24). Rehearsals tell nobody.
    """
    asked = select(Conversation.id, Conversation.language).where(
        Conversation.id.in_(conversation_ids),
        Conversation.rehearsal_id.is_(None),
        Conversation.lane == "press",
    )
    told = 0
    for row in session.execute(asked.order_by(Conversation.id)).all():
        key = f"{KIND}:{row.id}"
        if raised.was_raised(session, key):
            continue
        place = lead_alerts.to_role(session, lead_alerts.PRESS_OFFICER, "press") or "press"
        said = snippet(str(session.execute(_NEWEST, {"id": row.id}).scalar_one_or_none() or ""))
        words = words_for.press_waiting(row.id, row.language, said)
        alerts.raise_(session, Alert(KIND, place, words, key, conversation_id=row.id))
        told += 1
    return told


def refuse_other(session: Session, who: Who, row: Conversation, on: Grounds) -> None:
    """Raise Refused when a journalist would get other words than the playbook's approved press text.

    The press officer speaks freely; without such a text in force so does whoever may answer in that lane.
    """
    if row.lane != "press" or row.rehearsal_id is not None or who.agent_id in press.officers(session):
        return
    own = {key: book for book in on.playbooks for key in _texts(book)}
    if not own:
        return
    keys = " or ".join(f"'{key}'" for key in own)
    chosen = on.template.key if on.template else None
    if chosen not in own:
        why = f"A journalist gets only the press text {keys}; the press officer answers everything else."
        raise Refused(why, (why,))
    if ("reply", chosen) not in text_approvals.approved(session, own[chosen]):
        why = f"Nobody approved the press text '{chosen}' yet; an admin does by name. Ask the press officer."
        raise Refused(why, (why,))


def _texts(playbook: Playbook) -> tuple[str, ...]:
    return tuple(each.key for each in playbook.replies if set(each.intents) == {PRESS})
