"""Prepares the demo: a few agents, inboxes to write to, and a rehearsal of the ash cloud."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from webcare import clock, db, settings
from webcare.domain.rights import Who
from webcare.queries import activations, inboxes
from webcare.queries import agents as agents_read
from webcare.services import activation, agents, invitations
from webcare.services import inboxes as inboxes_write

PLAYBOOK = "volcanic-ash"
# An opening that shows every urgency within a minute or so; any other number gives another week.
SEED = 311
LINK_MINUTES = 12 * 60
LEAD = agents.NewAgent("dana@polder-air.example", "Dana de Lange", "DL", "lead", languages=("nl", "en"))
CAST = (
    LEAD,
    agents.NewAgent("amina@polder-air.example", "Amina Kaya", "AK", "agent", languages=("nl", "en", "de")),
    agents.NewAgent("bram@polder-air.example", "Bram Kuiper", "BK", "agent", languages=("nl", "en", "fr")),
    agents.NewAgent("vera@polder-air.example", "Vera Smit", "VS", "volunteer", languages=("nl", "en")),
)
INBOXES = (
    inboxes_write.NewInbox("help", "Help by e-mail", "email", "help@polder-air.example"),
    inboxes_write.NewInbox("contact", "Contact form", "form"),
)


def prepare() -> str:
    """Make what the demo needs unless it is there already; return a link that signs in as team lead."""
    with db.transaction() as session:
        lead = _cast(session)
        for inbox in INBOXES:
            if inboxes.by_slug(session, inbox.slug) is None:
                inboxes_write.create(session, None, inbox)
        _rehearse(session, lead)
        token = invitations.make(session, "sign_in", lead.agent_id, LINK_MINUTES)
    return f"{settings.get().base_url}/sign-in/{token}"


def _cast(session: Session) -> Who:
    for one in CAST:
        if agents_read.by_email(session, one.email) is None:
            agents.create(session, None, one)
    found = agents_read.by_email(session, LEAD.email)
    if found is None:
        raise AssertionError("the lead was created a moment ago")
    return found.who()


def _rehearse(session: Session, lead: Who) -> None:
    running = activations.running(session)
    if any(one.mode == "rehearsal" and one.playbook == PLAYBOOK for one in running):
        return
    activation.activate(
        session,
        lead,
        activation.Activate(
            playbook=PLAYBOOK,
            reason="Demo: practise the week of the ash cloud on synthetic messages",
            severity=3,
            mode="rehearsal",
            next_update_at=clock.now() + timedelta(minutes=45),
            options={"per_minute": 12, "seed": SEED},
        ),
    )
