"""A broadcast that states a fact in its own words is on record for it, as one that names the fact is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webcare.domain.broadcasts import Frame, Said
from webcare.domain.facts import FactStatus, FactVersion
from webcare.domain.replies import Ground
from webcare.queries import broadcast_links
from webcare.queries.rules import base

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)


def frame(status: FactStatus = "confirmed", hours: int = 6) -> Frame:
    fact = FactVersion(
        key="rebook_policy",
        version=2,
        values={"en": "rebooking is free until 30 April"},
        status=status,
        source="revenue",
        owner="revenue",
        kind="policy",
        verified_by=("Bram",),
        verified_at=NOW - timedelta(hours=7),
        valid_until=NOW + timedelta(hours=hours),
    )
    return Frame(Ground.of(base(), {fact.key: fact}, NOW), frozenset(), "12:00")


def said(words: str, **facts: int) -> Said:
    return Said("en", {"know": words}, facts, (), (), "12:00", "15:00")


def test_free_words_are_linked_beside_the_facts_that_are_named() -> None:
    found = broadcast_links.linked(said("Until 30/4 you rebook for free.", hub=1), frame())
    assert found.facts == {"rebook_policy": 2, "hub": 1}


def test_other_words_and_facts_that_fell_are_not() -> None:
    assert broadcast_links.linked(said("We rebook one by one."), frame()).facts == {}
    assert broadcast_links.linked(said("Until 30/4 you rebook for free."), frame(hours=-1)).facts == {}
    taken_back = frame("retracted")
    assert broadcast_links.linked(said("Until 30/4 you rebook for free."), taken_back).facts == {}
