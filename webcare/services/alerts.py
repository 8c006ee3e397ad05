"""Raises alerts; one that still waits takes the next of its kind in, counted."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare import clock, live, queues
from webcare.domain.alerts import Alert
from webcare.domain.masking import mask

__all__ = ["Alert", "raise_"]

MAX_TEXT = 1000

_RAISE = text("""
    INSERT INTO alerts (kind, slack_channel, text, coalesce_key, activation_id, conversation_id,
                        not_before, created_at, changed_at)
    VALUES (:kind, :slack_channel, :text, :coalesce_key, :activation_id, :conversation_id, :now, :now, :now)
    ON CONFLICT (coalesce_key) WHERE state = 'queued'
    DO UPDATE SET count = alerts.count + 1, text = excluded.text, changed_at = excluded.changed_at
    RETURNING id
""")


def raise_(session: Session, alert: Alert) -> None:
    """Queue `alert`, or count it into one with the same `coalesce_key` that still waits.

    The text is masked once more here, whoever wrote it: nothing of a contact may reach Slack.
    """
    values = {
        "kind": alert.kind,
        "slack_channel": alert.slack_channel,
        "text": mask(alert.text)[:MAX_TEXT],
        "coalesce_key": alert.coalesce_key,
        "activation_id": alert.activation_id,
        "conversation_id": alert.conversation_id,
        "now": clock.now(),
    }
    alert_id = session.execute(_RAISE, values).scalar_one()
    live.tell(session, "alert", [alert_id])
    queues.after_commit(session, "notify")
