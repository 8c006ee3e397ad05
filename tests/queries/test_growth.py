"""Growth is measured from practice: a rehearsal, names, approvals, languages, reviews."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import ASH, Cast
from webcare import clock, playbooks
from webcare.domain.playbook import Playbook
from webcare.domain.playbook.samples import samples
from webcare.models import Activation
from webcare.queries import growth
from webcare.services import activation, reviews, text_approvals, undoing
from webcare.services.activation import RoleGiven

pytestmark = pytest.mark.usefixtures("clean_database")

BOOK = playbooks.load(ASH, playbooks.shipped())


@pytest.fixture
def cast(session: Session) -> Cast:
    return factories.cast(session)


def done(session: Session, book: Playbook = BOOK) -> set[str]:
    return {each.key for each in growth.of(session, book, clock.now()).practices if each.is_done}


def rehearsed(session: Session, cast: Cast) -> int:
    """Rehearse it with a name for everybody who owns a contact fact, stand down, hold the review."""
    row = factories.activated(session, cast.dev, mode="rehearsal")
    for role in {each.owner for each in BOOK.facts if each.kind == "contact"}:
        activation.assign_role(session, cast.dev, row.id, RoleGiven(role, cast.amina.agent_id))
    activation.stand_down(session, cast.dev, row.id, "practised enough")
    return row.id


def test_a_playbook_that_nobody_used_is_a_pioneer_and_says_what_is_missing(
    session: Session, cast: Cast
) -> None:
    found = growth.of(session, BOOK, clock.now())
    assert (found.stage, found.next_stage) == ("pioneer", "serious")
    assert any(each.startswith("Rehearse it") for each in found.missing)
    assert any("fact_keeper" in each for each in found.missing)
    assert any("rights." in each for each in found.missing)


def test_it_grows_with_what_is_practised(session: Session, cast: Cast) -> None:
    number = rehearsed(session, cast)
    assert done(session) >= {"rehearsed", "contacts_owned"}
    for each in samples(BOOK):
        if each.is_grave:
            text_approvals.approve(session, cast.ada, ASH, *each.mark)
    assert growth.of(session, BOOK, clock.now()).stage == "serious"
    reviews.hold_review(session, cast.dev, number)
    for each in samples(BOOK):
        if not each.is_grave:
            text_approvals.approve(session, cast.ada, ASH, *each.mark)
    both = BOOK.model_copy(update={"languages": ("en", "nl")})
    assert growth.of(session, both, clock.now()).stage == "integrated"


def test_a_rehearsal_of_last_year_and_one_that_was_undone_do_not_count(session: Session, cast: Cast) -> None:
    number = rehearsed(session, cast)
    old = session.get_one(Activation, number)
    old.started_at = clock.now() - timedelta(days=366)
    session.flush()
    assert "rehearsed" not in done(session)
    undoing.undo(
        session, cast.dev, factories.activated(session, cast.dev, mode="rehearsal").id, "the wrong one"
    )
    assert "rehearsed" not in done(session)
    assert growth.rehearsed_at(session, ASH) == old.started_at


def test_a_language_without_texts_and_a_use_without_review_are_named(session: Session, cast: Cast) -> None:
    rehearsed(session, cast)
    german = BOOK.model_copy(update={"languages": ("en", "nl", "de")})
    practices = {each.key: each for each in growth.of(session, german, clock.now()).practices}
    assert practices["languages"].figure == "2 of 3 languages have every text"
    assert "(de: " in practices["languages"].missing
    assert practices["reviews"].figure == "0 of 1 uses were reviewed"


def test_the_base_playbook_is_rehearsed_with_every_other(session: Session, cast: Cast) -> None:
    rehearsed(session, cast)
    assert growth.rehearsed_at(session, "base") is not None
    assert growth.rehearsed_at(session, "data-breach") is None
