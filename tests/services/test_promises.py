"""A promised moment is kept, missed, late or moved, and the desk is reminded until an update is out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation, Alert
from webcare.queries import promises as rows
from webcare.queries import rules
from webcare.queries.promises import Counted
from webcare.services import nochange, promises


def counted(session: Session, activation_id: int, time: Clock) -> Counted:
    return rows.counted(session, activation_id, time.at)


def begin(session: Session, cast: Cast, time: Clock) -> int:
    """Activate a playbook that promises an update in an hour, and return its id."""
    return factories.activated(session, cast.dev, next_update_at=time.at + timedelta(hours=1)).id


def says_nothing_changed(session: Session, cast: Cast, number: int, time: Clock) -> None:
    nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))


def ended(session: Session, number: int, time: Clock) -> None:
    session.execute(update(Activation).where(Activation.id == number).values(ended_at=time.at))
    rules.forget(session)


def test_the_activation_itself_makes_the_first_promise(session: Session, cast: Cast, time: Clock) -> None:
    number = begin(session, cast, time)
    found = counted(session, number, time)
    assert (found.kept, found.missed, found.open_due_at) == (0, 0, time.at + timedelta(hours=1))


def test_an_update_before_it_is_due_keeps_the_promise(session: Session, cast: Cast, time: Clock) -> None:
    number = begin(session, cast, time)
    time.forward(minutes=59)
    says_nothing_changed(session, cast, number, time)
    found = counted(session, number, time)
    assert (found.kept, found.missed, found.open_due_at) == (1, 0, time.at + timedelta(hours=1))


def test_an_update_after_it_was_due_was_missed_and_is_late(session: Session, cast: Cast, time: Clock) -> None:
    number = begin(session, cast, time)
    time.forward(minutes=61)
    assert counted(session, number, time).missed == 1
    says_nothing_changed(session, cast, number, time)
    found = counted(session, number, time)
    assert (found.kept, found.missed, found.late) == (0, 1, 1)


def test_moving_a_promise_that_lies_ahead_breaks_nothing(session: Session, cast: Cast, time: Clock) -> None:
    number = begin(session, cast, time)
    promises.set_next_update(session, cast.dev, number, time.at + timedelta(minutes=30))
    promises.set_next_update(session, cast.dev, number, time.at + timedelta(minutes=30))
    found = counted(session, number, time)
    assert (found.kept, found.missed, found.moved) == (0, 0, 1)
    assert found.open_due_at == time.at + timedelta(minutes=30)


def test_moving_it_after_it_was_due_does_not_hide_that_it_was_missed(
    session: Session, cast: Cast, time: Clock
) -> None:
    number = begin(session, cast, time)
    time.forward(minutes=90)
    promises.set_next_update(session, cast.dev, number, time.at + timedelta(minutes=30))
    says_nothing_changed(session, cast, number, time)
    found = counted(session, number, time)
    assert (found.kept, found.missed, found.moved, found.late) == (1, 1, 0, 0)


def test_what_lay_ahead_at_the_end_is_neither_kept_nor_missed(
    session: Session, cast: Cast, time: Clock
) -> None:
    number = begin(session, cast, time)
    ended(session, number, time)
    time.forward(hours=5)
    assert counted(session, number, time) == Counted()
    assert [row.outcome for row in rows.of_activation(session, number, time.at)] == ["let_go"]


def test_the_desk_is_reminded_at_fifteen_minutes_at_the_moment_and_every_five_until_no_change(
    session: Session, cast: Cast, time: Clock
) -> None:
    number = begin(session, cast, time)
    heard = []
    for minutes in (44, 1, 1, 14, 4, 1, 5, 5):
        time.forward(minutes=minutes)
        heard.append(promises.alert_updates(session))
    assert heard == [0, 1, 0, 1, 0, 1, 1, 1]
    kinds = select(Alert.kind).where(Alert.activation_id == number, Alert.kind.like("next_update%"))
    assert sorted(session.scalars(kinds)) == ["next_update.due"] * 2 + ["next_update.overdue"] * 3
    says_nothing_changed(session, cast, number, time)
    time.forward(minutes=5)
    assert promises.alert_updates(session) == 0


def test_who_may_not_promise_and_what_can_not_be_promised(session: Session, cast: Cast, time: Clock) -> None:
    number = begin(session, cast, time)
    with pytest.raises(NotAllowed):
        promises.set_next_update(session, cast.amina, number, time.at + timedelta(hours=1))
    with pytest.raises(Refused):
        promises.set_next_update(session, cast.dev, number, time.at)
    ended(session, number, time)
    with pytest.raises(Conflict):
        promises.set_next_update(session, cast.dev, number, time.at + timedelta(hours=1))
