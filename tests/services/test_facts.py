"""Facts are versions with an owner, a source and an end; contact facts need two people."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare import clock
from webcare.errors import Conflict, NotAllowed, NotFound, Refused
from webcare.models import Alert, Event
from webcare.queries import facts as board
from webcare.services import activation, facts
from webcare.services.activation import Closing
from webcare.services.facts import FactEntry


@pytest.fixture
def at(session: Session, cast: Cast, time: Clock) -> int:
    """Return the id of a running activation, in time that stands still."""
    return factories.activated(session, cast.dev).id


def test_a_new_word_is_a_new_version_and_the_old_one_stays(session: Session, cast: Cast, at: int) -> None:
    factories.fact(session, cast.amina, at, "airspace_status")
    row = factories.fact(session, cast.bram, at, "airspace_status", said={"en": "open", "nl": "open"})
    assert (row.version, row.state, row.said) == (2, "valid", {"en": "open", "nl": "open"})
    history = board.history(session, at, "airspace_status", clock.now())
    assert [(each.version, each.entered_by_name) for each in history] == [(2, "Bram"), (1, "Amina")]


def test_a_fact_holds_for_the_playbooks_time_unless_somebody_says_otherwise(
    session: Session, cast: Cast, at: int, time: Clock
) -> None:
    row = factories.fact(session, cast.amina, at, "airspace_status")
    shorter = factories.fact(session, cast.amina, at, "cancelled_until", valid_minutes=5)
    assert row.valid_until is not None
    assert shorter.valid_until is not None
    assert (row.valid_until - time.at).total_seconds() == 30 * 60
    assert (shorter.valid_until - time.at).total_seconds() == 5 * 60


def test_a_contact_fact_waits_for_a_second_person(session: Session, cast: Cast, at: int, time: Clock) -> None:
    row = factories.fact(session, cast.amina, at, "med_contact")
    assert (row.state, row.may_verify(cast.amina), row.may_verify(cast.bram)) == ("unverified", False, True)
    with pytest.raises(Refused, match="ask a second person"):
        facts.verify(session, cast.amina, at, "med_contact")
    time.forward(hours=1)
    verified = facts.verify(session, cast.bram, at, "med_contact")
    assert (verified.state, verified.verified_by_name) == ("valid", "Bram")
    assert verified.valid_until is not None
    assert (verified.valid_until - time.at).total_seconds() == verified.ttl_minutes * 60


def test_nobody_verifies_twice(session: Session, cast: Cast, at: int) -> None:
    factories.fact(session, cast.amina, at, "med_contact")
    facts.verify(session, cast.bram, at, "med_contact")
    with pytest.raises(Conflict, match="verified already"):
        facts.verify(session, cast.dev, at, "med_contact")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"status": "sure"}, "status"),
        ({"key": "med_contact", "status": "likely"}, "never likely"),
        ({"said": {"en": "only English"}}, "'nl' words"),
        ({"said": {"en": "a {name}", "nl": "b"}}, "brace"),
        ({"source": " "}, "source"),
        ({"valid_minutes": 0}, "valid_minutes"),
    ],
)
def test_what_is_wrong_is_named(
    session: Session, cast: Cast, at: int, values: dict[str, object], named: str
) -> None:
    key = str(values.pop("key", "airspace_status"))
    with pytest.raises(Refused) as refused:
        factories.fact(session, cast.amina, at, key, **values)
    assert any(named in reason for reason in refused.value.reasons)


def test_unknown_is_an_honest_entry(session: Session, cast: Cast, at: int) -> None:
    entry = FactEntry(at, "restart_estimate", "unknown", {}, "")
    assert facts.state(session, cast.amina, entry).state == "unknown"
    with pytest.raises(Refused, match="nothing to verify"):
        facts.verify(session, cast.bram, at, "restart_estimate")


def test_a_fact_that_the_playbook_does_not_know_is_not_found(session: Session, cast: Cast, at: int) -> None:
    with pytest.raises(NotFound, match="did you mean 'airspace_status'"):
        factories.fact(session, cast.amina, at, "airspace_statu")
    with pytest.raises(NotFound):
        factories.fact(session, cast.amina, at + 10_000, "airspace_status")


def test_retracting_says_how_many_messages_stated_it_and_why(session: Session, cast: Cast, at: int) -> None:
    factories.fact(session, cast.amina, at, "airspace_status")
    assert facts.retract(session, cast.bram, at, "airspace_status", "read the wrong line") == 0
    row = board.one(session, at, "airspace_status", clock.now())
    assert (row.state, row.retracted_why) == ("retracted", "read the wrong line")
    with pytest.raises(Conflict, match="retracted already"):
        facts.retract(session, cast.bram, at, "airspace_status", "again")
    with pytest.raises(Conflict, match="write down what is true"):
        facts.renew(session, cast.bram, at, "airspace_status")


def test_renewing_says_the_same_again_for_longer(session: Session, cast: Cast, at: int, time: Clock) -> None:
    factories.fact(session, cast.amina, at, "airspace_status")
    time.forward(minutes=40)
    row = facts.renew(session, cast.bram, at, "airspace_status")
    assert (row.version, row.state, row.said) == (
        2, "valid", {"en": "airspace_status en", "nl": "airspace_status nl"}
    )  # fmt: skip


def test_volunteers_and_observers_read_facts_only(session: Session, cast: Cast, at: int) -> None:
    for who in (cast.vera, cast.olga):
        with pytest.raises(NotAllowed):
            factories.fact(session, who, at, "airspace_status")


def test_after_standing_down_facts_do_not_change(session: Session, cast: Cast, at: int) -> None:
    activation.stand_down(session, cast.dev, at, "the sky is clear", Closing(override_reason="only a test"))
    with pytest.raises(Conflict, match="stood down"):
        factories.fact(session, cast.amina, at, "airspace_status")


def test_a_fact_about_to_expire_is_said_once_and_an_expired_one_each_ten_minutes(
    session: Session, cast: Cast, at: int, time: Clock
) -> None:
    factories.fact(session, cast.amina, at, "airspace_status")
    said = []
    for minutes in (23, 2, 1, 4, 5, 6, 4):
        time.forward(minutes=minutes)
        facts.alert_expiring(session)
        said.append(_raised(session, at))
    # at 23, 25, 26, 30, 35, 41 and 45 min; it expires at 30 and warns from 24 on
    assert said == [0, 1, 1, 2, 2, 3, 3]


def _raised(session: Session, at: int) -> int:
    of = select(func.sum(Alert.count)).where(Alert.activation_id == at, Alert.kind.like("fact.%"))
    return int(session.execute(of).scalar_one() or 0)


def test_every_verb_leaves_an_event(session: Session, cast: Cast, at: int) -> None:
    row = factories.fact(session, cast.amina, at, "med_contact")
    facts.verify(session, cast.bram, at, "med_contact")
    facts.retract(session, cast.dev, at, "med_contact", "wrong number")
    assert row.version_id is not None
    left = select(Event.verb).where(Event.noun == "fact", Event.data["activation_id"].as_integer() == at)
    assert list(session.scalars(left.order_by(Event.id))) == ["stated", "verified", "retracted"]
