"""A broadcast leaves with facts that hold, with the yes it needs, once; a crisis pauses what was planned."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import broadcasting, factories
from tests.broadcasting import outlet, post_text, posts, published, update_text, wants
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Activation, Alert, Broadcast
from webcare.queries import broadcasts as rows
from webcare.queries import rules
from webcare.services import broadcasts, facts


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    return broadcasting.laid(session, cast)


def test_an_update_leaves_in_both_languages_with_the_words_of_the_register(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    outlet(session, max_length=0)
    row = published(session, cast.dev, update_text(number))
    assert row.state == "published"
    english, dutch = posts(session, row.id)
    assert "airspace_status en" in english[2]
    assert "when we fly again. Nobody knows yet, including us" in english[2]
    assert "wanneer we weer vliegen" in dutch[2]
    assert "{" not in english[2] + dutch[2]
    assert set(row.facts) == {"airspace_status", "restart_estimate"}
    assert session.get_one(Activation, number).next_update_at == time.at + timedelta(hours=1)
    kind = select(Alert.text).where(Alert.kind == "broadcast.published", Alert.activation_id == number)
    assert "Next update" in session.scalars(kind).one()


def test_a_short_channel_gets_whole_sentences_and_a_long_one_everything(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    outlet(session, max_length=0, languages=["en"])
    outlet(session, max_length=220, languages=["en"])
    outlet(session, max_length=100, languages=["en"])
    factories.inbox(session, secrets=["s"])
    row = published(session, cast.dev, update_text(number))
    lengths = sorted(len(each[2]) for each in posts(session, row.id))
    assert len(lengths) == 3
    assert lengths[0] <= 100
    assert lengths[1] <= 220 < lengths[2]


def test_what_no_channel_can_shorten_is_refused_with_its_name(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    outlet(session, max_length=40)
    made = broadcasts.write(session, cast.dev, update_text(number))
    with pytest.raises(Refused, match="Polder Air takes 40 characters"):
        broadcasts.submit(session, cast.dev, made, 1)


@pytest.mark.parametrize("moment", ["submit", "approve"])
def test_an_expired_or_retracted_fact_blocks_at_every_step_by_name(
    session: Session, cast: Cast, number: int, time: Clock, moment: str
) -> None:
    made = broadcasts.write(session, cast.dev, update_text(number))
    if moment == "approve":
        broadcasts.submit(session, cast.dev, made, 1)
    facts.retract(session, cast.amina, number, "airspace_status", "the bulletin was withdrawn")
    with pytest.raises(Refused, match="'airspace_status' was retracted"):
        getattr(broadcasts, moment)(session, cast.dev, made, 1)
    assert rows.posts(session, made) == []


def test_a_fact_that_is_not_public_blocks(session: Session, cast: Cast, number: int, time: Clock) -> None:
    factories.fact(session, cast.amina, number, "airspace_status", is_public=False)
    made = broadcasts.write(session, cast.dev, update_text(number))
    with pytest.raises(Refused, match="not for the public"):
        broadcasts.submit(session, cast.dev, made, 1)


def test_every_update_promises_the_next_one_for_a_moment_that_lies_ahead(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    for at in (None, time.at):
        made = broadcasts.write(session, cast.dev, update_text(number, next_update_at=at))
        with pytest.raises(Refused, match="next update"):
            broadcasts.submit(session, cast.dev, made, 1)


def test_a_colleague_is_somebody_else(session: Session, cast: Cast, number: int, time: Clock) -> None:
    wants(session, number, "colleague")
    made = broadcasts.write(session, cast.dev, update_text(number))
    assert broadcasts.submit(session, cast.dev, made, 1).state == "waiting"
    with pytest.raises(Refused, match="wrote this yourself"):
        broadcasts.approve(session, cast.dev, made, 1)
    assert broadcasts.approve(session, cast.ada, made, 1).state == "published"


def test_no_approval_means_that_its_author_publishes(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    wants(session, number, "none")
    made = broadcasts.write(session, cast.dev, update_text(number))
    assert broadcasts.submit(session, cast.dev, made, 1).state == "published"


def test_a_yes_is_for_one_text_only(session: Session, cast: Cast, number: int, time: Clock) -> None:
    made = broadcasts.write(session, cast.dev, update_text(number))
    broadcasts.submit(session, cast.dev, made, 1)
    broadcasts.rewrite(session, cast.ada, made, 1, update_text(number))
    with pytest.raises(Conflict, match="changed since you read it"):
        broadcasts.approve(session, cast.dev, made, 1)
    with pytest.raises(Conflict):
        broadcasts.approve(session, cast.dev, made, 2)
    broadcasts.submit(session, cast.dev, made, 2)
    assert broadcasts.approve(session, cast.dev, made, 2).state == "published"
    with pytest.raises(Conflict):
        broadcasts.approve(session, cast.dev, made, 2)


def test_agents_write_no_broadcasts(session: Session, cast: Cast, number: int, time: Clock) -> None:
    calls: list[Callable[[], object]] = [
        lambda: broadcasts.write(session, cast.amina, update_text(number)),
        lambda: broadcasts.approve(session, cast.amina, 1, 1),
        lambda: broadcasts.resume(session, cast.amina, 1, 1),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()


def test_a_planned_update_leaves_at_its_time_and_not_before(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    outlet(session)
    text = update_text(number, publish_at=time.at + timedelta(minutes=20))
    row = published(session, cast.dev, text)
    assert row.state == "approved"
    assert broadcasts.publish_due(session, 50) == 0
    time.forward(minutes=21)
    assert broadcasts.publish_due(session, 50) == 1
    assert broadcasts.publish_due(session, 50) == 0
    assert len(posts(session, row.id)) == 2


def test_a_planned_update_whose_fact_fell_is_paused_and_slack_hears_why(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    row = published(session, cast.dev, update_text(number, publish_at=time.at + timedelta(minutes=20)))
    facts.retract(session, cast.amina, number, "airspace_status", "the bulletin was withdrawn")
    time.forward(minutes=21)
    assert broadcasts.publish_due(session, 50) == 0
    paused = rows.one(session, row.id)
    assert (paused.state, paused.paused_at) == ("approved", time.at)
    assert "'airspace_status' was retracted" in paused.paused_why
    kind = select(Alert.text).where(Alert.kind == "broadcast.paused")
    assert "'airspace_status' was retracted" in session.scalars(kind).one()
    with pytest.raises(Refused):
        broadcasts.resume(session, cast.dev, row.id, 1)
    factories.fact(session, cast.amina, number, "airspace_status", is_public=True)
    broadcasts.resume(session, cast.dev, row.id, 1)
    assert rows.one(session, row.id).state == "published"


def test_a_crisis_pauses_planned_posts_and_its_end_resumes_none(
    session: Session, cast: Cast, time: Clock
) -> None:
    row = published(session, cast.dev, post_text(time.at + timedelta(hours=1)))
    number = factories.activated(session, cast.dev).id
    # Whether or not `activate` itself calls it: it is paused once.
    broadcasts.pause_scheduled(session, cast.dev, number)
    assert broadcasts.pause_scheduled(session, cast.dev, number) == 0
    time.forward(hours=2)
    assert broadcasts.publish_due(session, 50) == 0
    session.execute(update(Activation).where(Activation.id == number).values(ended_at=time.at))
    rules.forget(session)
    assert broadcasts.publish_due(session, 50) == 0
    assert rows.one(session, row.id).paused_why == broadcasts.CRISIS
    broadcasts.resume(session, cast.dev, row.id, 1)
    assert rows.one(session, row.id).state == "published"


def test_a_rehearsal_pauses_no_real_post(session: Session, cast: Cast, time: Clock) -> None:
    row = published(session, cast.dev, post_text(time.at + timedelta(hours=1)))
    rehearsal = factories.activated(session, cast.dev, mode="rehearsal").id
    assert broadcasts.pause_scheduled(session, cast.dev, rehearsal) == 0
    assert rows.one(session, row.id).paused_at is None


def test_a_post_that_is_approved_in_a_crisis_waits_as_well(
    session: Session, cast: Cast, number: int, time: Clock
) -> None:
    row = published(session, cast.dev, post_text(None))
    assert (row.state, row.paused_why) == ("approved", broadcasts.CRISIS)
    broadcasts.withdraw(session, cast.dev, row.id, 1)
    with pytest.raises(Conflict):
        broadcasts.resume(session, cast.dev, row.id, 1)


def test_nothing_is_published_after_the_end(session: Session, cast: Cast, number: int, time: Clock) -> None:
    made = broadcasts.write(session, cast.dev, update_text(number))
    session.execute(update(Activation).where(Activation.id == number).values(ended_at=time.at))
    rules.forget(session)
    with pytest.raises((Conflict, Refused)):
        broadcasts.submit(session, cast.dev, made, 1)
    with pytest.raises(Conflict, match="stood down"):
        broadcasts.write(session, cast.dev, update_text(number))
    assert session.get_one(Broadcast, made).state == "draft"
