"""Raises the alerts that playbooks name for themselves, in their words, as often as they say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from webcare import clock, settings
from webcare.domain.alert_words import filled
from webcare.domain.alerts import Alert
from webcare.domain.coverage import Coverage
from webcare.domain.playbook import Playbook
from webcare.domain.rights import Who
from webcare.models import Activation, Agent, Conversation, Inbox
from webcare.queries import rules, signs
from webcare.services import alerts
from webcare.services.sign_looks import Scene, Sighting, see

# Rehearsals page nobody, and say nothing about the real desk: that would teach people to look away.
_NOT_REHEARSED = ("conversation", "unused_access", "failing")
_SAID = text("""
    SELECT 1 FROM alerts WHERE coalesce_key = :key
      AND (CAST(:since AS timestamptz) IS NULL OR changed_at > :since) LIMIT 1
""")
_RUNNING = select(Activation).where(Activation.ended_at.is_(None)).order_by(Activation.id)


def watch(session: Session) -> int:
    """Raise what the signs of every activation call for; return how many alerts. For the clock."""
    now = clock.now()
    return sum(_watched(session, row, now) for row in session.scalars(_RUNNING))


def attempted(session: Session, who: Who, conversation_id: int, reply_template: str | None) -> int:
    """Tell that `who` tried to send while a playbook holds replies back; return how many alerts.

    In every activation that asks for it with the sign `blocked` and covers the conversation.
    """
    place = (Conversation.rehearsal_id, Conversation.inbox_id, Conversation.language, Conversation.labels)
    asked = select(*place, Inbox.name).join(Inbox, Inbox.id == Conversation.inbox_id)
    about = session.execute(asked.where(Conversation.id == conversation_id)).one_or_none()
    if about is None:
        return 0
    told = 0
    said = reply_template or "a reply of their own"
    values = {"initials": who.initials, "channel": about.name, "reply": said}
    for row in session.scalars(_RUNNING):
        if signs.rehearsal_of(row) != about.rehearsal_id or not Coverage.of(row.scope).covers(about):
            continue
        playbook = rules.frozen(session, row.id, row.fingerprint)
        for spec in playbook.alerts:
            if spec.when is not None and spec.when.sign == "blocked":
                scene = Scene(session, row, playbook, spec, clock.now())
                _raise(scene, Sighting(values, f"{who.agent_id}:{conversation_id}"))
                told += 1
    return told


def _watched(session: Session, row: Activation, now: datetime) -> int:
    playbook = rules.frozen(session, row.id, row.fingerprint)
    told = 0
    for spec in playbook.alerts:
        if spec.when is None or (row.mode == "rehearsal" and spec.when.sign in _NOT_REHEARSED):
            continue
        scene = Scene(session, row, playbook, spec, now)
        for each in see(scene):
            if _is_news(session, scene, each):
                _raise(scene, each)
                told += 1
    return told


def _is_news(session: Session, at: Scene, seen: Sighting) -> bool:
    repeat = at.spec.repeat_minutes
    since = at.now - timedelta(minutes=repeat) if repeat else None
    return session.execute(_SAID, {"key": _key(at, seen), "since": since}).first() is None


def _raise(at: Scene, seen: Sighting) -> None:
    words = filled(at.spec.pattern.en, {**_always(at), **seen.values})
    words = f"Rehearsal: {words}" if at.row.mode == "rehearsal" else words
    alerts.raise_(
        at.session,
        Alert(at.spec.key, at.spec.slack_channel, words, _key(at, seen), at.row.id, seen.conversation_id),
    )


def _key(at: Scene, seen: Sighting) -> str:
    """Return the key of one alert; what stands behind the @ changes without beginning a new message."""
    key = f"{at.spec.key}:{at.row.id}:{seen.key}"
    return f"{key}@{seen.version}" if seen.version else key


def _always(at: Scene) -> Mapping[str, object]:
    lead = at.session.execute(select(Agent.name).where(Agent.id == at.row.started_by)).scalar_one()
    promised = at.row.next_update_at
    return {
        "playbook": at.playbook.title.en,
        "severity": at.row.severity,
        "lead": lead,
        "link": f"{settings.get().base_url}/activations/{at.row.id}",
        "next_update_at": at.clock(promised) if promised else "not promised yet",
        "phase": _phase(at.playbook, at.row.phase),
        "hours": at.age // timedelta(hours=1),
        "reply": (at.spec.when.reply if at.spec.when else None) or "",
    }


def _phase(playbook: Playbook, key: str) -> str:
    found = playbook.phase(key)
    return found.title.en if found else key
