"""Lays what tests of broadcasts need: an ash cloud with facts, the texts, the yes, the inboxes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import clock
from webcare.domain.rights import Who
from webcare.models import Activation
from webcare.queries import broadcasts as rows
from webcare.queries import rules
from webcare.queries.broadcasts import BroadcastRow
from webcare.services import broadcasts
from webcare.services.broadcasts import BroadcastText

ENGLISH = {
    "know": "{airspace_status}",
    "dont_know": "{restart_estimate}",
    "doing": "Calling hotels",
    "you_can": "Please don't travel to the airport",
}
DUTCH = {**ENGLISH, "doing": "We bellen hotels", "you_can": "Kom niet naar het vliegveld"}


def laid(session: Session, cast: Cast) -> int:
    """Activate a real ash cloud and enter both facts that the texts name: one known, one honestly unknown."""
    made = factories.activated(session, cast.dev).id
    factories.fact(session, cast.amina, made, "airspace_status", is_public=True)
    factories.fact(session, cast.amina, made, "restart_estimate", status="unknown", said={}, is_public=True)
    return made


def update_text(number: int, **values: Any) -> BroadcastText:
    at = clock.now() + timedelta(hours=1)
    given = {"parts": {"en": ENGLISH, "nl": DUTCH}, "activation_id": number, "next_update_at": at, **values}
    return BroadcastText("update", **given)


def post_text(at: datetime | None) -> BroadcastText:
    return BroadcastText("post", {"en": {"text": "Summer sale!"}}, publish_at=at)


def wants(session: Session, number: int, approver: str) -> None:
    """Let the playbook in force ask for this approver of broadcasts."""
    row = session.get_one(Activation, number)
    approval = {**row.frozen["approval"], "broadcast": approver}
    values = {"frozen": {**row.frozen, "approval": approval}, "fingerprint": f"{row.fingerprint}-{approver}"}
    session.execute(update(Activation).where(Activation.id == number).values(**values))
    rules.forget(session)


def published(session: Session, who: Who, text: BroadcastText) -> BroadcastRow:
    made = broadcasts.write(session, who, text)
    broadcasts.submit(session, who, made, 1)
    return broadcasts.approve(session, who, made, 1)


def posts(session: Session, broadcast_id: int) -> list[tuple[str, str, str]]:
    return [(each.language, each.state, each.text) for each in rows.posts(session, broadcast_id)]


def outlet(session: Session, **options: Any) -> int:
    return factories.inbox(session, options={"broadcasts": True, **options}, secrets=["s"])
