"""Standing down asks for its criteria, measures what it can, and gives the review a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import Conflict, NotAllowed, Refused
from webcare.models import Alert, Correction, Event, Fact, FactVersion, Promise
from webcare.queries import activations, broadcasts
from webcare.queries.standing_down import Criterion, checklist
from webcare.services import reviews
from webcare.services.reviews import hold_review
from webcare.services.standing_down import Closing, stand_down

HELP = {"en": "Claims stay open at example.com/claims", "nl": "Claims: example.com/claims"}


def measured(session: Session, number: int) -> dict[str, Criterion]:
    detail = activations.one(session, number)
    return {each.key: each for each in checklist(session, detail, clock.now())}


def everything(session: Session, number: int, **more: Any) -> Closing:
    ticked = tuple(key for key, each in measured(session, number).items() if each.is_met is None)
    return Closing(**{"ticked": ticked, "help_stays": HELP, **more})


def test_open_criteria_are_named_and_nothing_ends(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(Refused, match="criteria are open") as refused:
        stand_down(session, cast.dev, row.id, "the sky is clear")
    assert "The claims lane has an owner by name." in refused.value.reasons
    assert activations.one(session, row.id).row.ended_at is None
    with pytest.raises(NotAllowed):
        stand_down(session, cast.amina, row.id, "the sky is clear")


def test_with_every_criterion_it_ends_and_the_review_has_a_day(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    ended = stand_down(session, cast.dev, row.id, "the sky is clear", everything(session, row.id))
    assert ended.ended_by_name == "Dev"
    assert datetime.fromisoformat(ended.options["review_at"]) == reviews.usual(clock.now())
    assert (ended.options["help_stays"], ended.options["ended_as"]) == (HELP, "stood_down")
    event = session.scalars(select(Event).where(Event.verb == "stood_down")).one()
    assert len(event.data["met"]) == event.data["of"]
    assert event.data["override_reason"] is None
    said = session.scalars(select(Alert.text).where(Alert.kind == "stand_down")).one()
    assert f"Help stays: {HELP['en']} Review on" in said


def test_where_help_stays_is_laid_ready_as_the_last_post(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    ended = stand_down(session, cast.dev, row.id, "the sky is clear", everything(session, row.id))
    post = broadcasts.one(session, ended.options["last_post"])
    assert (post.kind, post.activation_id, post.author_name) == ("post", None, "Dev")
    assert {language: part["text"] for language, part in post.parts.items()} == HELP


def test_passing_over_criteria_is_kept_with_its_reason(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    stand_down(session, cast.dev, row.id, "clear", Closing(override_reason="the board decided"))
    event = session.scalars(select(Event).where(Event.verb == "stood_down")).one()
    assert event.data["override_reason"] == "the board decided"
    assert "claims_owner" not in event.data["met"]


def test_where_help_stays_can_not_be_ticked_without_saying_it(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(Refused) as refused:
        stand_down(session, cast.dev, row.id, "clear", everything(session, row.id, help_stays={"en": " "}))
    assert len(refused.value.reasons) == 1
    assert refused.value.reasons[0].endswith("Write below where help stays, and tick it.")


def test_the_review_lies_within_ten_working_days(session: Session, cast: Cast, time: Clock) -> None:
    time.at = datetime(2026, 11, 20, 15, tzinfo=UTC)  # a Friday
    row = factories.activated(session, cast.dev)
    for day in (datetime(2026, 12, 7, 9, tzinfo=UTC), datetime(2026, 11, 19, 9, tzinfo=UTC)):
        with pytest.raises(Refused, match="04 December 2026 at the latest"):
            stand_down(session, cast.dev, row.id, "clear", everything(session, row.id, review_at=day))
    last = datetime(2026, 12, 4, 9, tzinfo=UTC)
    ended = stand_down(session, cast.dev, row.id, "clear", everything(session, row.id, review_at=last))
    assert ended.options["review_at"] == "2026-12-04T09:00:00+00:00"


def test_urgent_conversations_that_nobody_claimed_keep_it_open(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    assert measured(session, row.id)["urgent_read"].is_met
    for level in (1, 2, 2, 3):
        factories.conversation(session, cast.team_id, urgency=level)
    factories.conversation(session, cast.team_id, urgency=0, assignee_id=cast.amina.agent_id)
    found = measured(session, row.id)["urgent_read"]
    assert (found.is_met, found.figure) == (False, "3 wait that nobody claimed: 1 at U1, 2 at U2")
    with pytest.raises(Refused, match="1 of"):
        stand_down(session, cast.dev, row.id, "clear", everything(session, row.id))


@pytest.mark.parametrize(("today", "is_met"), [(5, True), (6, False)])
def test_arrivals_are_held_against_a_usual_day(
    session: Session, cast: Cast, time: Clock, today: int, *, is_met: bool
) -> None:
    thread = factories.conversation(session, cast.team_id, at=time.at - timedelta(days=60))
    for day in range(1, 8):
        for _ in range(4 if day != 3 else 90):
            factories.message(session, thread, at=time.at - timedelta(days=day, hours=-1))
    row = factories.activated(session, cast.dev)
    time.forward(days=2)
    for _ in range(today):
        factories.message(session, thread, at=time.at - timedelta(hours=2))
    found = measured(session, row.id)["arrivals_usual"]
    assert (found.is_met, found.figure[:4]) == (is_met, f"{today} in")
    assert "a usual day had 4" in found.figure


def test_without_messages_before_a_person_says_whether_it_is_usual(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    assert measured(session, row.id)["arrivals_usual"].is_met is None


def test_an_overdue_promise_and_an_open_correction_keep_it_open(
    session: Session, cast: Cast, time: Clock
) -> None:
    row = factories.activated(session, cast.dev, next_update_at=time.at + timedelta(minutes=20))
    assert measured(session, row.id)["updates_kept"].is_met
    time.forward(minutes=21)
    assert measured(session, row.id)["updates_kept"].figure.startswith("1 overdue")
    fact = factories.fact(session, cast.amina, row.id, "area")
    assert measured(session, row.id)["corrections_closed"].is_met
    session.add(_correction(session, row.id, fact.version_id, cast))
    session.flush()
    assert measured(session, row.id)["corrections_closed"] == Criterion(
        "corrections_closed",
        {"en": "No correction run is open.", "nl": "Er loopt geen correctie meer."},
        "1 open",
        is_met=False,
    )


def test_a_rehearsal_ends_without_its_criteria(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev, mode="rehearsal")
    ended = stand_down(session, cast.dev, row.id, "practised enough")
    assert ended.options == {"ended_as": "stood_down"}
    held = hold_review(session, cast.dev, row.id)
    assert "review_held_at" in held.options
    with pytest.raises(Conflict, match="already"):
        hold_review(session, cast.dev, row.id)


def test_only_what_ended_is_reviewed_and_by_a_lead(session: Session, cast: Cast) -> None:
    row = factories.activated(session, cast.dev)
    with pytest.raises(Conflict, match="looks back"):
        hold_review(session, cast.dev, row.id)
    with pytest.raises(NotAllowed):
        hold_review(session, cast.amina, row.id)


def _correction(session: Session, activation_id: int, version_id: int | None, cast: Cast) -> Correction:
    version = session.get_one(FactVersion, version_id)
    return Correction(
        activation_id=activation_id,
        fact_id=session.get_one(Fact, version.fact_id).id,
        wrong_version_id=version.id,
        wrong={"en": "x"},
        right={},
        why="it was wrong",
        started_by=cast.dev.agent_id,
        started_at=clock.now(),
    )


def test_an_open_promise_of_a_broadcast_counts_too(session: Session, cast: Cast, time: Clock) -> None:
    row = factories.activated(session, cast.dev)
    made = {"activation_id": row.id, "made_at": time.at, "made_by": cast.dev.agent_id}
    session.add(Promise(due_at=time.at - timedelta(minutes=1), **made))
    session.add(Promise(due_at=time.at - timedelta(minutes=9), kept_at=time.at, **made))
    session.flush()
    assert measured(session, row.id)["updates_kept"].figure.startswith("1 overdue")
