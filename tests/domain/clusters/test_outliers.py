"""A message that needs more than its cluster is found; the others are left in peace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.domain.clusters.known import reading
from webcare import playbooks
from webcare.domain.clusters import Profile, by_cues
from webcare.domain.triage.cues import CueSet
from webcare.domain.urgency import Urgency

PLAIN = "When will the power be back on in our street?"


def asks_more(text: str, urgency: Urgency | None = None, *others: str) -> bool:
    profile = Profile()
    for other in others or (PLAIN,) * 3:
        profile.add(reading(other), Urgency.U3)
    profile.add(reading(text), urgency)
    return profile.asks_more(reading(text), urgency)


@pytest.mark.parametrize(
    ("text", "urgency", "expected"),
    [
        (PLAIN, Urgency.U3, False),
        (PLAIN, None, False),
        (PLAIN, Urgency.U2, False),
        (PLAIN, Urgency.U1, True),
        (PLAIN + " My husband is on a ventilator.", None, True),
        (PLAIN + " How do I submit my meter reading?", None, True),
        (PLAIN + " We sit here with candles.", None, False),
    ],
)
def test_more_is_a_need_an_urgency_or_another_question(
    text: str, urgency: Urgency | None, *, expected: bool
) -> None:
    assert asks_more(text, urgency) is expected


def test_a_need_that_all_share_is_what_the_cluster_is_about() -> None:
    wheelchair = "How do I order a wheelchair at the airport?"
    assert not asks_more(wheelchair, None, wheelchair, wheelchair)


def test_one_that_is_alone_asks_for_no_more_than_itself() -> None:
    profile = Profile()
    profile.add(reading("I need insulin"), Urgency.U1)
    assert not profile.asks_more(reading("I need insulin"), Urgency.U1)


def test_cues_tell_the_level_of_a_text_whose_language_is_known() -> None:
    rules = CueSet.model_validate(playbooks.load("base", playbooks.shipped()).cues)
    now = datetime(2026, 4, 13, 18, tzinfo=UTC)
    level = by_cues("My insulin runs out tonight and my bag is lost", "en", rules, now)
    assert level is not None
    assert level <= Urgency.U1
    assert by_cues("blue lamps", "en", rules, now) is None
