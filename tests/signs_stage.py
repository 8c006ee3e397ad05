"""Sets the stage for tests of signs: a desk at noon, a crisis, people who write, and what was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.models import Alert
from webcare.services import signs

NOON = datetime.fromisoformat("2026-11-23T11:00:00+00:00")
"""Noon in Amsterdam."""


@pytest.fixture
def noon(time: Clock) -> Clock:
    time.at = NOON
    return time


class Stage(NamedTuple):
    """A desk at noon."""

    session: Session
    cast: Cast
    noon: Clock


@pytest.fixture
def stage(session: Session, cast: Cast, noon: Clock) -> Stage:
    return Stage(session, cast, noon)


def told(session: Session, kind: str) -> list[str]:
    """Let the clock look once and return what was ever raised of a kind, oldest first."""
    signs.watch(session)
    return list(session.scalars(select(Alert.text).where(Alert.kind == kind).order_by(Alert.id)))


def crisis(session: Session, cast: Cast, playbook: str, **values: Any) -> int:
    return factories.activated(session, cast.dev, playbook, **values).id


def writes(session: Session, cast: Cast, intent: str, count: int = 1, **values: Any) -> None:
    """Let people write about something, each in a conversation of their own."""
    says = values.pop("says", "")
    reasons = [{"code": "cue", "words": says}] if says else []
    for _ in range(count):
        place = {"inbox_id": factories.inbox(session, name="Polder Air chat"), **values}
        made = factories.conversation(session, cast.team_id, intents=[intent], reasons=reasons, **place)
        factories.message(session, made, intents=[intent], reasons=reasons)
