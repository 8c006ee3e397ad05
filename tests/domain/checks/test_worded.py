"""Numbers in words, what a text counts, and the clock as people say it."""

from __future__ import annotations

import pytest

from webcare.domain.checks import CheckedDraft, GivenFact, check
from webcare.domain.checks.quantities import quantities
from webcare.domain.checks.worded import counted, worth


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("thirty-five", 35),
        ("vijfendertig", 35),
        ("three hundred", 300),
        ("driehonderd", 300),
        ("zweihundert", 200),
        ("two thousand", 2000),
        ("elf", 11),
        ("nobody", 0),
    ],
)
def test_words_are_worth_their_number(words: str, number: int) -> None:
    assert worth(words) == number


def test_measures_are_no_counts() -> None:
    assert ("house", 12500.0) in counted("12,500 households")
    assert ("house", 20000.0) in counted("20 thousand households")
    assert not counted("14 days and 20 euros")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from seven to half past ten", "07:00 and 22:30"),
        ("van half acht tot tien", "19:30 en 22:00 uur"),
        ("on thursday", "2026-04-16"),
        ("the 16th", "16 april"),
        ("a whole year", "12 months"),
        ("twintig euro", "eur 20,00"),
    ],
)
def test_notations_of_one_value_agree(one: str, other: str) -> None:
    said, known = quantities(one), quantities(other)
    assert said
    assert all(any(each.forms & fact.forms for fact in known) for each in said), (said, known)


@pytest.mark.parametrize(
    ("text", "value", "is_fine"),
    [
        ("We count about 9 thousand homes in the dark.", "9,000 homes have no power", True),
        ("We count about 900 homes in the dark.", "9,000 homes have no power", False),
        ("Our flights stop until the 16th of May.", "Flights stop until 16 April", False),
        ("Our flights stop until 16 May.", "Flights stop until 16 April", False),
        ("Swapping your ticket costs you nothing.", "Swapping a ticket is not free", False),
        ("The counter is open day and night.", "The counter is open until 23:00", False),
    ],
)
def test_a_figure_must_be_the_facts(text: str, value: str, is_fine: bool) -> None:
    found = {one.name for one in check(CheckedDraft(text, facts=(GivenFact("fact", (value,)),)))}
    assert found == (set() if is_fine else {"unbacked_promise"})
