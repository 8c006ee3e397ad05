"""Promises of facts: how far one can be trusted, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from webcare.domain.facts import FactVersion, people, state, usable
from webcare.domain.playbook import FactKind

NOW = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
STATUS = FactVersion(
    key="airspace_status",
    version=3,
    values={"en": "closed", "nl": "dicht"},
    status="confirmed",
    source="bulletin 14:20",
    owner="fact_keeper",
    kind="status",
    verified_by=("amina",),
    verified_at=NOW,
    valid_until=NOW + timedelta(minutes=100),
    entered_by="amina",
)
CONTACT = replace(STATUS, key="med_contact", kind="contact")


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "valid"), (79, "valid"), (80, "expiring"), (99, "expiring"), (100, "expired")],
)
def test_a_fact_ages_from_valid_over_expiring_to_expired(minutes: int, expected: str) -> None:
    assert state(STATUS, NOW + timedelta(minutes=minutes)) == expected


def test_only_valid_and_expiring_facts_may_be_stated() -> None:
    assert usable(STATUS, NOW)
    assert usable(STATUS, NOW + timedelta(minutes=90))
    assert not usable(STATUS, NOW + timedelta(minutes=100))


def test_retracted_and_unknown_stay_so_however_young() -> None:
    assert state(replace(STATUS, status="retracted"), NOW) == "retracted"
    assert state(replace(STATUS, status="unknown"), NOW) == "unknown"


def test_a_contact_fact_needs_two_different_people() -> None:
    assert state(CONTACT, NOW) == "unverified"
    assert state(replace(CONTACT, verified_by=("amina", " AMINA ")), NOW) == "unverified"
    assert state(replace(CONTACT, verified_by=("bram",)), NOW) == "valid"
    assert people(replace(CONTACT, verified_by=("Bram",))) == {"amina", "bram"}


def test_a_second_name_does_not_stand_in_for_a_verification() -> None:
    assert state(replace(CONTACT, verified_by=()), NOW) == "unverified"


@pytest.mark.parametrize("kind", ["contact", "legal"])
def test_a_telephone_number_or_a_right_cannot_be_likely(kind: FactKind) -> None:
    likely = replace(STATUS, kind=kind, status="likely", verified_by=("amina", "bram"))
    assert state(likely, NOW) == "unverified"


def test_a_fact_without_an_end_is_not_verified() -> None:
    assert state(replace(STATUS, valid_until=None), NOW) == "unverified"


def test_what_the_program_computes_needs_no_person() -> None:
    computed = replace(STATUS, kind="computed", verified_by=(), entered_by="")
    assert state(computed, NOW) == "valid"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="airspace_status"):
        replace(STATUS, verified_at=datetime(2026, 4, 15))  # noqa: DTZ001 - the point of the test
