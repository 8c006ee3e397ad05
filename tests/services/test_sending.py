"""One switch stops everything that leaves, and starts it again in order."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.factories import Cast
from webcare.errors import Conflict, NotAllowed
from webcare.queries import desk
from webcare.services import sending


def test_a_lead_pauses_and_resumes(session: Session, cast: Cast) -> None:
    sending.pause(session, cast.dev)
    found = desk.outbound(session)
    assert found.paused_at is not None
    assert found.paused_by_name == cast.dev.name
    with pytest.raises(Conflict):
        sending.pause(session, cast.dev)
    sending.resume(session, cast.dev)
    assert desk.outbound(session).paused_at is None
    with pytest.raises(Conflict):
        sending.resume(session, cast.dev)


def test_an_agent_may_not(session: Session, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        sending.pause(session, cast.amina)
