"""No change is one press: the playbook's words, never over a fact that fell, and it keeps the promise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import broadcasting, factories
from tests.broadcasting import outlet, posts, wants
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import NotAllowed, Refused
from webcare.models import Alert, BroadcastPost
from webcare.services import broadcasts, facts, nochange


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    return broadcasting.laid(session, cast)


def test_agents_do_not_say_it(session: Session, cast: Cast, number: int, time: Clock) -> None:
    with pytest.raises(NotAllowed):
        nochange.publish(session, cast.amina, number, time.at + timedelta(hours=1))


def test_a_rehearsals_posts_are_withheld_from_the_first_moment(
    session: Session, cast: Cast, time: Clock
) -> None:
    outlet(session)
    number = factories.activated(session, cast.dev, mode="rehearsal").id
    row = nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))
    assert {state for _, state, _ in posts(session, row.id)} == {"withheld"}
    kind = select(Alert.text).where(Alert.kind == "broadcast.published", Alert.activation_id == number)
    assert session.scalars(kind).one().startswith("Rehearsal: ")


def test_no_change_is_one_step_with_the_playbooks_words(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    outlet(session, languages=["nl"])
    row = nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))
    assert (row.state, row.kind) == ("published", "nochange")
    (post,) = posts(session, row.id)
    assert "Het luchtruim is nog dicht" in post[2]
    assert "{" not in post[2]


def test_no_change_has_its_own_words_while_nothing_is_known(
    session: Session, cast: Cast, time: Clock
) -> None:
    number = factories.activated(session, cast.dev).id
    row = nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))
    assert "no change. We know that's hard to hear again." in row.said["en"]["text"]


def test_no_change_is_refused_when_what_it_says_fell(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    facts.retract(session, cast.amina, number, "airspace_status", "it opened")
    with pytest.raises(Refused, match="'airspace_status' was retracted"):
        nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))


def test_no_change_waits_for_a_colleague_where_the_playbook_wants_one(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    wants(session, number, "colleague")
    row = nochange.publish(session, cast.dev, number, time.at + timedelta(hours=1))
    assert row.state == "waiting"
    assert session.scalar(select(BroadcastPost.id).where(BroadcastPost.broadcast_id == row.id)) is None
    assert broadcasts.approve(session, cast.ada, row.id, 1).state == "published"
