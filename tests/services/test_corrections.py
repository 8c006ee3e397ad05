"""A run begins with a mistake, is approved once, and ends by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import corrected, factories
from tests.corrected import KEY, Mistake
from tests.factories import Cast
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.queries import corrections as rows
from webcare.services import correction_drafting, correction_sending, corrections, facts
from webcare.services.corrections import Start


def wrong_moment(session: Session, run: int) -> Any:
    drafted_at = rows.one(session, run).drafted_at
    assert drafted_at is not None
    return drafted_at - timedelta(seconds=1)


def test_costs_are_promised_only_while_that_is_confirmed(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.right(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    factories.fact(session, cast.dev, wrong.activation_id, "correction_costs_policy", status="confirmed")
    with pytest.raises(Conflict, match="has changed since"):
        corrected.approve(session, cast.dev, run)
    corrections.redraft(session, cast.dev, run)
    while correction_drafting.batch(session):
        pass
    assert all("costs it" in each or "kosten" in each for each in corrected.texts(session, run).values())


def test_who_may_say_yes(session: Session, cast: Cast, wrong: Mistake, inbox: int) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    with pytest.raises(NotAllowed):
        corrections.start(session, cast.amina, wrong.start)
    run = corrected.drafted(session, cast.dev, wrong.start)
    with pytest.raises(NotAllowed):
        corrected.approve(session, cast.amina, run)
    session.execute(
        text("UPDATE activations SET frozen = jsonb_set(frozen, '{approval,correction}', '\"colleague\"')")
    )
    with pytest.raises(NotAllowed, match="colleague"):
        corrected.approve(session, cast.dev, run)
    with pytest.raises(Conflict, match="anew since"):
        corrections.approve(session, cast.ada, run, wrong_moment(session, run))
    corrected.approve(session, cast.ada, run)
    with pytest.raises(Conflict, match="approved"):
        corrected.approve(session, cast.ada, run)


def test_what_still_holds_or_was_told_to_nobody_is_no_mistake(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    with pytest.raises(NotFound):
        corrections.start(session, cast.dev, Start(wrong.activation_id, KEY, 99))
    corrected.tell(session, inbox, wrong.version_id, 1)
    with pytest.raises(Refused, match="still says"):
        corrections.start(session, cast.dev, wrong.start)
    facts.renew(session, cast.dev, wrong.activation_id, KEY)
    with pytest.raises(Refused, match="still says"):
        corrections.start(session, cast.dev, wrong.start)
    corrected.retract(session, cast.dev, wrong)
    with pytest.raises(Refused, match="Nobody was told"):
        corrections.start(session, cast.dev, Start(wrong.activation_id, KEY, wrong.version + 1))
    run = corrections.start(session, cast.dev, wrong.start)
    assert corrections.start(session, cast.ada, wrong.start) == run


def test_a_run_ends_by_a_person_and_with_a_reason_for_those_left(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.approve(session, cast.dev, run)
    with pytest.raises(Conflict, match="on their way"):
        corrections.close(session, cast.dev, run, "enough")
    correction_sending.batch(session)
    with pytest.raises(Conflict, match="on their way"):
        corrections.close(session, cast.dev, run, "enough")
    session.execute(text("UPDATE deliveries SET state = 'sent' WHERE state = 'queued'"))
    session.execute(
        text(
            "UPDATE deliveries SET state = 'failed', words = 'No such box' WHERE id ="
            " (SELECT max(id) FROM deliveries)"
        )
    )
    assert rows.tally(session, run).sentence == "2 of 3 told, 1 unreachable"
    assert [(each.words, each.count) for each in rows.whys(session, run)] == [("No such box", 1)]
    with pytest.raises(Refused, match="Say why"):
        corrections.close(session, cast.dev, run)
    assert corrections.close(session, cast.dev, run, "telephoned her") == "closed"
    with pytest.raises(Conflict, match="closed already"):
        corrections.close(session, cast.dev, run, "again")


def test_what_was_retracted_and_is_said_again_is_no_mistake(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    run = corrected.drafted(session, cast.dev, wrong.start)
    corrected.right(session, cast.dev, wrong, said=corrected.WRONG)
    with pytest.raises(Conflict, match="has changed"):
        corrected.approve(session, cast.dev, run)
    with pytest.raises(Refused, match="still says"):
        corrections.redraft(session, cast.dev, run)
    assert corrections.close(session, cast.dev, run, "it was right after all") == "withdrawn"
    with pytest.raises(Refused, match="still says"):
        corrections.start(session, cast.dev, wrong.start)


def test_a_text_that_may_not_leave_is_refused_with_its_reason(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    secret = {"en": "Please send us your card number and CVV", "nl": "Stuur ons je pasnummer en CVV"}
    corrected.right(session, cast.dev, wrong, said=secret)
    run = corrected.drafted(session, cast.dev, wrong.start)
    with pytest.raises(Refused, match="can't leave"):
        corrected.approve(session, cast.dev, run)
    assert correction_sending.batch(session) == 0


def test_before_anything_left_it_is_withdrawn(
    session: Session, cast: Cast, wrong: Mistake, inbox: int
) -> None:
    corrected.tell(session, inbox, wrong.version_id, 3)
    corrected.retract(session, cast.dev, wrong)
    run = corrections.start(session, cast.dev, wrong.start)
    with pytest.raises(Refused, match="Say why"):
        corrections.close(session, cast.dev, run)
    assert corrections.close(session, cast.dev, run, "the bulletin was right after all") == "withdrawn"
    assert correction_drafting.batch(session) == 0
