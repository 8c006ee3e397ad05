"""Promises that people are called when more comes than is answered, in the languages that lack them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain import staffing
from webcare.domain.staffing import Flow

AFTERNOON = datetime(2026, 11, 23, 16, 5, tzinfo=ZoneInfo("Europe/Amsterdam"))


def test_it_is_the_sum_of_what_comes_and_is_not_answered_in_four_hours() -> None:
    found = staffing.estimate({"de": Flow(60, 20, 90, people=2), "nl": Flow(30, 30, 5, people=3)}, AFTERNOON)
    assert (found.left_over, found.pace, found.short) == (160, 10.0, 4)
    assert found.languages == ("de",)


def test_the_call_names_the_shift_the_languages_and_the_way_in() -> None:
    flows = {"de": Flow(80, 0, 9), "fr": Flow(16, 0, 9), "und": Flow(8, 0, 9), "nl": Flow(4, 0, 0)}
    found = staffing.estimate(flows, AFTERNOON)
    words = staffing.gap(found, "https://webcare.example.org/shifts/mine")
    assert words.startswith("13 people short for 18:00-22:00, languages de, fr. Sign up: https://")


def test_whoever_goes_home_before_the_shift_takes_their_share_along() -> None:
    stay, leave = Flow(20, 20, 0, people=4), Flow(20, 20, 0, people=4, leaving=2)
    assert staffing.estimate({"nl": stay}, AFTERNOON).short == 0
    assert staffing.estimate({"nl": leave}, AFTERNOON).short == 2


@pytest.mark.parametrize(
    ("hour", "begins"), [(0, 2), (1, 2), (2, 6), (17, 18), (18, 22), (21, 22), (22, 2), (23, 2)]
)
def test_the_coming_shift_lies_ahead(hour: int, begins: int) -> None:
    now = AFTERNOON.replace(hour=hour)
    found = staffing.coming_shift(now)
    assert found.hour == begins
    assert found > now


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 50), st.integers(1, 200))
def test_more_arrivals_never_need_fewer_people(arrivals: int, replies: int, people: int, more: int) -> None:
    few = staffing.estimate({"en": Flow(arrivals, replies, 0, people)}, AFTERNOON)
    many = staffing.estimate({"en": Flow(arrivals + more, replies, 0, people)}, AFTERNOON)
    assert many.short >= few.short
    assert few.short == 0 or arrivals > replies


def test_the_backlog_is_what_waits_and_what_is_added() -> None:
    assert staffing.backlog_in({"en": Flow(30, 20, 100), "nl": Flow(0, 5, 3)}, 4) == 123
    assert staffing.backlog_in({"en": Flow(0, 50, 10)}, 4) == 0
