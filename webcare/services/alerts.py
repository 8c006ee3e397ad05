"""Raises alerts; one that still waits takes the next of its kind in, counted."""

from __future__ import annotations

from dataclasses import replace

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
    if alert.kind == "playbook.activated" and alert.slack_channel == "crisis" and not _is_rehearsed(alert):
        # Everybody hears that it began; what follows stays with those who work on it.
        raise_(session, replace(alert, slack_channel="news", coalesce_key=f"{alert.coalesce_key}:news"))
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


def _is_rehearsed(alert: Alert) -> bool:
    return "Rehearsal: " in alert.text[:30]
