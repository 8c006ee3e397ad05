"""Keeps back what was queued before a playbook came into force under which silence is right."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webcare.domain import reticence
from webcare.models import Conversation, Message
from webcare.queries import rules

# A correction was approved text by text, by somebody who knew what is in force.
_CORRECTION = "correction:"


def over(session: Session, message_id: int) -> str:
    """Return why a queued message may not leave under the playbooks in force now, or ''."""
    if all(each.reply_policy not in reticence.SILENT for each in rules.covering(session, None).playbooks):
        return ""
    message = session.get_one(Message, message_id)
    if (message.client_token or "").startswith(_CORRECTION):
        return ""
    row = session.get_one(Conversation, message.conversation_id)
    return " ".join(reticence.refusals(rules.in_force(session, row).playbooks, message.reply_template))
