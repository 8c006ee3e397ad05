"""Gives service tests the cast, a conversation of Amina's team and a clock that can be moved."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import corrected, factories
from tests.corrected import Mistake
from tests.factories import Cast
from webcare import clock
from webcare.models import Conversation


@pytest.fixture
def cast(session: Session) -> Cast:
    return factories.cast(session)


@pytest.fixture
def thread(session: Session, cast: Cast) -> Conversation:
    """Return an open conversation of Amina's team."""
    return factories.conversation(session, cast.team_id)


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def __call__(self) -> datetime:
        """Return the moment at which time stands."""
        return self.at

    def forward(self, **span: float) -> datetime:
        """Move time on by a timedelta's arguments and return the new moment."""
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(clock.now())
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def wrong(session: Session, cast: Cast, time: Clock) -> Mistake:
    """Return a fact that was wrong, in time that stands still."""
    assert time.at
    return corrected.mistake(session, cast.dev)


@pytest.fixture
def inbox(session: Session) -> int:
    """Return a new inbox."""
    return factories.inbox(session)
