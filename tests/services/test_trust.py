"""Trust is earned by replies that pass unchanged in a row; one that comes back begins the row anew."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.approving import asked, crisis, left, volunteer, written, yes
from tests.factories import Cast
from webcare.domain.playbook.shape import TRUST_AFTER
from webcare.errors import NotAllowed, Refused
from webcare.models import Volunteer
from webcare.queries import approvals as rows
from webcare.queries import volunteers
from webcare.services import approvals, delivery

_ENOUGH = 2


@pytest.fixture
def vera(session: Session, cast: Cast) -> Volunteer:
    return volunteer(session, cast.vera, crisis(session, cast, options={"trust_after": _ENOUGH}))


def one(session: Session, cast: Cast, outcome: str) -> None:
    """Let Vera ask once, and decide about it as `outcome` says."""
    thread = factories.conversation(session, cast.team_id)
    made = asked(session, cast.vera, thread)
    if outcome == "returned":
        approvals.give_back(session, cast.bram, yes(session, made.approval_id), "Not this one")
        return
    given = yes(session, made.approval_id)
    text = "Dear Eve. " if outcome == "mended" else None
    if text:
        text += written(session, cast.vera, thread).text
    approvals.approve(session, cast.bram, approvals.Decision(given.approval_id, given.sha256, text))


@pytest.mark.parametrize(
    ("outcomes", "count"),
    [
        ("yes", 1),
        ("yes yes", 2),
        ("yes returned", 0),
        ("yes returned yes", 1),
        ("yes mended yes", 1),
        ("yes mended yes yes", 2),
    ],
)
def test_unchanged_in_a_row_earns_trust(
    session: Session, cast: Cast, vera: Volunteer, outcomes: str, count: int
) -> None:
    for outcome in outcomes.split():
        one(session, cast, outcome)
    session.refresh(vera)
    assert (vera.unchanged, vera.trusted_at is not None) == (count, count == _ENOUGH)
    assert volunteers.is_trusted(session, vera.agent_id) is (count == _ENOUGH)


def test_a_trusted_volunteer_sends_alone_the_templates_own_words(
    session: Session, cast: Cast, vera: Volunteer
) -> None:
    for _ in range(2):
        one(session, cast, "yes")
    thread = factories.conversation(session, cast.team_id)
    given = written(session, cast.vera, thread)
    edited = written(session, cast.vera, thread, text=given.text.replace("Shall I", "May I", 1))
    assert edited.text != given.text
    with pytest.raises(Refused, match="in its own words"):
        delivery.submit(session, cast.vera, edited)
    with pytest.raises(NotAllowed, match="templates only"):
        delivery.submit(session, cast.vera, delivery.Submission(thread.id, thread.version, "t", "Hello"))
    assert delivery.submit(session, cast.vera, given).is_waiting is False
    assert left(session, thread) == 1
    assert vera.agent_id == cast.vera.agent_id


def test_a_returned_reply_takes_trust_away(session: Session, cast: Cast, vera: Volunteer) -> None:
    thread = factories.conversation(session, cast.team_id)
    made = asked(session, cast.vera, thread)
    # Trusted meanwhile, by replies elsewhere.
    for _ in range(2):
        one(session, cast, "yes")
    approvals.give_back(session, cast.bram, yes(session, made.approval_id), "Wrong flight")
    session.refresh(vera)
    assert (vera.unchanged, vera.trusted_at) == (0, None)
    assert rows.need(session, cast.vera, thread).approver == "colleague"


def test_a_volunteer_who_came_in_by_no_link_is_never_trusted(session: Session, cast: Cast) -> None:
    crisis(session, cast, options={"trust_after": 1})
    for _ in range(3):
        one(session, cast, "yes")
    assert asked(session, cast.vera, factories.conversation(session, cast.team_id)).is_waiting


@pytest.mark.parametrize("odd", [None, 0, -1, "3", True, 1.5, 10_000])
def test_an_odd_option_means_five(odd: object) -> None:
    assert volunteers.trust_after({"trust_after": odd}) == TRUST_AFTER


def test_without_a_number_of_its_own_an_activation_takes_the_playbooks() -> None:
    assert volunteers.trust_after({}, 12) == 12
    assert volunteers.trust_after({"trust_after": 3}, 12) == 3
    assert volunteers.trust_after({"trust_after": 0}, 0) == TRUST_AFTER
