"""What clusters promise: two thresholds, short texts only suggested, any order, one by one, any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.clusters import b_cubed, grouped, lines, right_pairs
from tests.domain.clusters.known import SHIPPED, placed, reading
from webcare.domain.clusters import Grouping, Profile
from webcare.domain.clusters.grouping import SUGGEST, SURE

LOST = "My suitcase did not arrive in Malaga, how do I report the lost luggage?"
LIKE = "Mon sac est perdu, quel formulaire ?"
OTHER = "Why has my monthly instalment doubled all of a sudden?"


@pytest.mark.parametrize(
    ("text", "comes_together", "is_sure"), [(LOST, True, True), (LIKE, True, False), (OTHER, False, False)]
)
def test_there_are_two_thresholds(text: str, *, comes_together: bool, is_sure: bool) -> None:
    first, second = placed(LOST, text)
    assert (first.cluster == second.cluster, second.is_sure) == (comes_together, is_sure)
    assert (second.score >= SUGGEST, second.score >= SURE) == (comes_together, is_sure)


def test_a_lower_threshold_for_sure_makes_the_suggested_sure() -> None:
    bold = Grouping(SHIPPED.kinds, sure=SUGGEST)
    bold.place(reading(LOST))
    assert bold.place(reading(LIKE)).is_sure


@pytest.mark.parametrize("text", ["refund?", "geld terug", "Hotel?", "où est ma valise", "¿y mi perro?"])
def test_a_short_text_is_suggested_and_never_sure(text: str) -> None:
    first, second = placed(text, text)
    assert first.cluster == second.cluster
    assert not second.is_sure


@pytest.mark.parametrize(
    "more",
    [
        "My daughter needs her insulin tonight.",
        "Mijn moeder zit in een rolstoel.",
        "Ich bin schwanger.",
        "Mon bébé est avec moi.",
        "Mañana es el funeral de mi padre.",
    ],
)
def test_who_needs_more_is_an_outlier_in_the_same_cluster(more: str) -> None:
    placements = placed(LOST, LOST, LOST, f"{LOST} {more}")
    assert len({one.cluster for one in placements}) == 1
    profile = Profile()
    for text in (LOST, LOST, LOST, f"{LOST} {more}"):
        profile.add(reading(text))
    assert profile.asks_more(reading(f"{LOST} {more}"))
    assert not profile.asks_more(reading(LOST))


def test_the_order_of_arrival_hardly_matters() -> None:
    given_lines = lines("second")
    usual = [one[0] for one in grouped(given_lines, SHIPPED)]
    for seed in (1, 2, 3):
        other = [one[0] for one in grouped(given_lines, SHIPPED, seed)]
        assert b_cubed(usual, other).f1 >= 0.93


def test_what_was_placed_is_never_moved_by_what_comes_later() -> None:
    texts = [line.text for line in lines("second")]
    assert placed(*texts)[:90] == placed(*texts[:90])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "?" * 50_000,
        "\ud800",
        "🧳" * 300,
        "حقيبتي لم تصل",
        "refund " * 20_000,
        "a" * 200_000,
        "\u202egaggul\u202c\u0301\u0301",
        "Flughafen" * 3_000,
    ],
)
def test_an_odd_text_is_placed_too(text: str) -> None:
    crowd = Grouping(SHIPPED.kinds)
    for odd in (LOST, text, text):
        crowd.place(reading(odd))
    assert crowd.place(reading(LOST)).cluster == 1


@given(st.lists(st.text(max_size=120), max_size=6), st.sampled_from([None, "en", "xx", "", "de-AT", "🦆"]))
@settings(max_examples=60, deadline=None)
def test_any_text_in_any_language_is_placed(texts: list[str], language: str | None) -> None:
    crowd = Grouping(SHIPPED.kinds)
    for text in texts:
        assert 0 <= crowd.place(reading(text, language)).score <= 1


def test_pairs_stay_as_right_as_they_were() -> None:
    first, second, third = right_pairs(SHIPPED)
    assert (first >= 38, second >= 34, third >= 31) == (True, True, True)
