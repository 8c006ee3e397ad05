"""Prepares a rehearsal (an inbox of its own, starting facts, injects) and closes it again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webcare import clock, live, playbooks, queues, settings
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.flaws import closest
from webcare.domain.playbook.rehearsal import Rehearsal, starting_facts
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.models import Activation, Conversation, Inbox
from webcare.queries import rules
from webcare.services import assignment, facts, inject_watch, injects

CHANNEL = "rehearsal"


def prepare(session: Session, who: Who, activation_id: int, playbook: Playbook) -> None:
    """Make the rehearsal's inbox, enter its starting facts, lay its injects and ring for its messages.

    Raises Refused when the playbook has no rehearsal, or injects about facts that it doesn't know.
    """
    found = playbooks.rehearsal(playbook.slug, playbooks.folder(settings.get()))
    if found is None:
        raise Refused(f"The playbook '{playbook.slug}' has no rehearsal.yaml yet; write one to rehearse it.")
    _refuse_unknown(playbook, found)
    now = clock.now()
    session.add(
        Inbox(
            slug=f"rehearsal-{activation_id}",
            name=f"Rehearsal: {playbook.title.en}",
            channel=CHANNEL,
            rehearsal_id=activation_id,
            created_at=now,
        )
    )
    specs = {spec.key: spec for spec in playbook.facts}
    for fact in starting_facts(found, specs, now, rules.zone_of(playbook)):
        fields = {
            "status": fact.status,
            "said": dict(fact.values),
            "source": fact.source,
            "owner": fact.owner,
            "is_public": specs[fact.key].public,
            "entered_by": who.agent_id,
            "entered_at": now,
            "verified_by": who.agent_id,
            "verified_at": fact.verified_at,
            "valid_until": fact.valid_until,
        }
        facts.write(session, (activation_id, specs[fact.key]), fields)
    injects.lay(session, session.get_one(Activation, activation_id), found)
    queues.after_commit(session, "rehearsal")


def _refuse_unknown(playbook: Playbook, found: Rehearsal) -> None:
    """Raise Refused for injects that nobody could ever meet, because their fact is none of the playbook's."""
    known = [spec.key for spec in playbook.facts]
    asked = [(each.key, key) for each in found.injects for key in (*each.met.facts, each.fact) if key]
    wrong = tuple(
        f"The inject '{inject}' rests on the fact '{key}'; {closest(key, known)}"
        for inject, key in asked
        if key not in known
    )
    if wrong:
        raise Refused(f"The rehearsal.yaml of '{playbook.slug}' can't be used: {' '.join(wrong)}", wrong)


def close(session: Session, activation_id: int, now: datetime) -> None:
    """Close the synthetic inbox and what stands in it; nobody waits for an answer there.

    What the desk did for the injects until now still counts.
    """
    inject_watch.watch(session, activation_id)
    session.execute(update(Inbox).where(Inbox.rehearsal_id == activation_id).values(closed_at=now))
    held = select(Conversation.id).where(
        Conversation.rehearsal_id == activation_id, Conversation.assignee_id.is_not(None)
    )
    assignment.free(session, list(session.scalars(held)), "rehearsal ended")
    session.execute(
        update(Conversation)
        .where(Conversation.rehearsal_id == activation_id, Conversation.state != "resolved")
        .values(state="resolved", state_at=now, waiting_since=None, due_at=None)
    )
    live.tell(session, "conversation")
