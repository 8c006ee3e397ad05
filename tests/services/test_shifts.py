"""A volunteer works four hours at most; whoever works too long or saw too much is told to the lead, once."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import asked, crisis, volunteer, written
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import Conflict, NotAllowed
from webcare.models import Alert, Conversation, Shift
from webcare.queries import activations
from webcare.queries import shifts as rows
from webcare.services import assignment, delivery, shifts, sign_ins

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture(autouse=True)
def _alone(session: Session) -> None:
    """End the shifts that earlier tests committed, within this test's own transaction."""
    session.execute(update(Shift).values(ended_at=clock.now()))


def welfare(session: Session) -> list[str]:
    return list(session.scalars(select(Alert.text).where(Alert.kind == "agent.welfare").order_by(Alert.id)))


def test_signing_in_begins_a_volunteers_shift_once(session: Session, cast: Cast, time: Clock) -> None:
    for who in (cast.vera, cast.amina, cast.vera):
        shifts.begin_with_sign_in(session, who.agent_id)
    row = rows.of_agent(session, cast.vera.agent_id)
    assert row is not None
    assert row.ends_at is not None
    assert (row.ends_at - row.started_at).total_seconds() == 4 * 3600
    assert rows.of_agent(session, cast.amina.agent_id) is None
    assert [each.name for each in rows.running(session)] == ["Vera"]
    assert time


def test_after_four_hours_nothing_new_but_what_is_claimed_is_finished(
    session: Session, cast: Cast, thread: Conversation, time: Clock
) -> None:
    volunteer(session, cast.vera, crisis(session, cast))
    shifts.begin(session, cast.vera.agent_id)
    time.forward(hours=3, minutes=50)
    crisis_facts(session, cast)
    assignment.claim(session, cast.vera, thread.id)
    shifts.refuse_over(session, cast.vera)
    time.forward(minutes=11)
    with pytest.raises(NotAllowed, match="four hours is over"):
        shifts.refuse_over(session, cast.vera)
    fresh = factories.conversation(session, cast.team_id)
    with pytest.raises(NotAllowed, match="four hours is over"):
        delivery.submit(session, cast.vera, written(session, cast.vera, fresh))
    assert asked(session, cast.vera, thread).is_waiting
    shifts.refuse_over(session, cast.amina)


def crisis_facts(session: Session, cast: Cast) -> None:
    """Say again what expired in four hours."""
    number = activations.running(session)[0].id
    for key in ("cancelled_until", "next_update_at"):
        factories.fact(session, cast.amina, number, key)


def test_a_second_shift_goes_on_where_the_first_one_ended(session: Session, cast: Cast, time: Clock) -> None:
    shifts.begin(session, cast.vera.agent_id)
    time.forward(hours=3)
    shifts.go_home(session, cast.vera)
    time.forward(hours=1)
    shifts.begin(session, cast.vera.agent_id)
    row = rows.of_agent(session, cast.vera.agent_id)
    assert row is not None
    assert row.ends_at is not None
    assert (row.ends_at - row.started_at).total_seconds() == 3600
    shifts.go_home(session, cast.vera)
    time.forward(hours=12)
    shifts.begin(session, cast.vera.agent_id)
    rested = rows.of_agent(session, cast.vera.agent_id)
    assert rested is not None
    assert rested.ends_at is not None
    assert (rested.ends_at - rested.started_at).total_seconds() == 4 * 3600


def test_a_break_is_taken_ended_and_counted(session: Session, cast: Cast, time: Clock) -> None:
    with pytest.raises(Conflict, match="not on shift"):
        shifts.rest(session, cast.vera)
    shifts.begin(session, cast.vera.agent_id)
    with pytest.raises(Conflict, match="not on a break"):
        shifts.come_back(session, cast.vera)
    shifts.rest(session, cast.vera)
    with pytest.raises(Conflict, match="on a break already"):
        shifts.rest(session, cast.vera)
    with pytest.raises(NotAllowed, match="on a break"):
        shifts.refuse_over(session, cast.vera)
    time.forward(minutes=10)
    shifts.come_back(session, cast.vera)
    shifts.refuse_over(session, cast.vera)
    shifts.rest(session, cast.vera)
    # Who forgets to press the button is back when the break is over.
    time.forward(minutes=31)
    shifts.refuse_over(session, cast.vera)


def test_who_goes_home_gives_back_and_is_signed_out(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    token = sign_ins.begin(session, cast.vera.agent_id)
    shifts.begin(session, cast.vera.agent_id)
    assignment.claim(session, cast.vera, thread.id)
    shifts.go_home(session, cast.vera)
    session.refresh(thread)
    assert (thread.assignee_id, sign_ins.by_token(session, token)) == (None, None)
    with pytest.raises(Conflict, match="not on shift"):
        shifts.go_home(session, cast.vera)


def test_a_lead_sends_somebody_home(session: Session, cast: Cast) -> None:
    shifts.begin(session, cast.amina.agent_id)
    with pytest.raises(NotAllowed):
        shifts.send_home(session, cast.bram, cast.amina.agent_id)
    shifts.send_home(session, cast.dev, cast.amina.agent_id)
    with pytest.raises(Conflict, match="Amina is not on shift"):
        shifts.send_home(session, cast.dev, cast.amina.agent_id)


def test_four_hours_without_a_break_are_told_once(session: Session, cast: Cast, time: Clock) -> None:
    shifts.begin(session, cast.amina.agent_id)
    shifts.begin(session, cast.bram.agent_id)
    time.forward(hours=2)
    shifts.rest(session, cast.bram)
    time.forward(hours=1, minutes=59)
    assert shifts.watch(session) == 0
    time.forward(minutes=1)
    assert (shifts.watch(session), shifts.watch(session)) == (1, 0)
    assert welfare(session) == ["^AM: 4 h without a break. Send them away from the screen."]
    time.forward(hours=2, minutes=30)
    assert shifts.watch(session) == 1
    shifts.rest(session, cast.amina)
    time.forward(hours=4, minutes=29)
    assert shifts.watch(session) == 0
    time.forward(minutes=2)
    assert shifts.watch(session) == 1


def test_three_u0_in_a_day_are_told_once(session: Session, cast: Cast, time: Clock) -> None:
    for _ in range(2):
        one = factories.conversation(session, cast.team_id, urgency=0)
        assignment.claim(session, cast.amina, one.id)
        assignment.release(session, cast.amina, one.id)
        assignment.claim(session, cast.amina, one.id)
    assert shifts.watch(session) == 0
    assignment.claim(session, cast.amina, factories.conversation(session, cast.team_id, urgency=0).id)
    assert (shifts.watch(session), shifts.watch(session)) == (1, 0)
    assert welfare(session) == ["^AM: 3 U0 today. Ask how they are, and hand them something else."]
    time.forward(days=1)
    assert shifts.watch(session) == 0
