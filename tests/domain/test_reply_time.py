"""Promises that the published time is never below what was measured, and grows with the queue."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webcare.domain import reply_time
from webcare.domain.reply_time import Queue

MINUTES = st.floats(0, 3000, allow_nan=False)
QUIET = Queue(waiting=0, joined=0, ages=(), waits=(), long_waits=())


@st.composite
def queues(draw: st.DrawFn) -> Queue:
    waits = tuple(draw(st.lists(MINUTES, max_size=30)))
    older = tuple(draw(st.lists(MINUTES, max_size=30)))
    ages = tuple(draw(st.lists(MINUTES, max_size=60)))
    joined = sum(1 for age in ages if age <= 5)
    return Queue(len(ages), joined, ages, waits, (*waits, *older))


@given(queues())
def test_it_is_never_below_the_measured_median(queue: Queue) -> None:
    said = reply_time.expected(queue)
    if said is not None and queue.waits:
        assert said >= median(queue.waits)
        assert said >= (reply_time.measured(queue) or 0)


@given(queues(), st.integers(0, 500))
def test_more_people_waiting_never_shorten_it(queue: Queue, more: int) -> None:
    fewer, many = (
        reply_time.expected(queue),
        reply_time.expected(replace(queue, waiting=queue.waiting + more)),
    )
    assert (many or math.inf) >= (fewer or math.inf)


@given(queues())
def test_it_is_a_length_that_people_say_or_nothing(queue: Queue) -> None:
    assert reply_time.expected(queue) in {None, *reply_time.STEPS}


@given(st.integers(0, 500), st.lists(MINUTES, max_size=4))
def test_nothing_is_said_while_nobody_was_answered(waiting: int, waits: list[float]) -> None:
    few = tuple(waits)
    assert reply_time.expected(Queue(waiting, 0, (), few, few)) is None


def test_the_queue_ahead_counts_when_it_is_longer_than_what_was_measured() -> None:
    quick = (2.0,) * 30
    assert reply_time.expected(replace(QUIET, waits=quick, long_waits=quick)) == 15
    assert reply_time.expected(replace(QUIET, waiting=100, waits=quick, long_waits=quick)) == 120


def test_without_a_recent_answer_the_oldest_wait_and_the_pace_of_hours_count() -> None:
    before = (5.0,) * 24
    asked = Queue(waiting=3, joined=0, ages=(170.0, 50.0, 40.0), waits=(), long_waits=before)
    assert reply_time.expected(asked) == 180


def test_past_a_week_nothing_honest_can_be_said() -> None:
    asked = Queue(5000, 0, (), (), (5.0,) * 5)
    assert reply_time.expected(asked) is None


def surge() -> list[tuple[int, float, int | None]]:
    """Return (minute, real wait, published) of everybody in a growing surge, answered by 2 a minute."""
    arrivals = [minute for minute in range(240) for _ in range(1 + minute // 40)]
    answered = [0.0] * len(arrivals)
    for number, minute in enumerate(arrivals):
        answered[number] = max(minute + 0.5, answered[number - 1] + 0.5 if number else 0.0)
    told: list[tuple[int, float, int | None]] = []
    for now in range(30, 240, 5):
        said = reply_time.expected(_seen(arrivals, answered, now))
        told += [
            (now, done - minute, said)
            for minute, done in zip(arrivals, answered, strict=True)
            if now < minute <= now + 10
        ]
    return told


def _seen(arrivals: list[int], answered: list[float], now: int) -> Queue:
    both = list(zip(arrivals, answered, strict=True))
    ages = tuple(float(now - came) for came, done in both if came <= now < done)
    waits = tuple(done - came for came, done in both if now - 30 < done <= now)
    longer = tuple(done - came for came, done in both if now - 240 < done <= now)
    return Queue(len(ages), sum(1 for age in ages if age <= 5), ages, waits, longer)


def test_it_holds_while_a_surge_rises() -> None:
    told = surge()
    assert max(wait for _, wait, _ in told) > 120, "The surge must outgrow the desk."
    late = [each for each in told if each[2] is not None and each[1] > each[2]]
    assert late == []
    assert all(said is not None for _, _, said in told)


@pytest.mark.parametrize("code", ["en", "nl", "de", "fr", "es"])
def test_every_step_has_words_in_every_language(code: str) -> None:
    said = [reply_time.words(minutes)[code] for minutes in reply_time.STEPS]
    assert len(set(said)) == len(said)
    assert reply_time.NOT_YET[code]


def test_the_words_are_those_that_people_use() -> None:
    assert reply_time.words(15)["en"] == "15 minutes"
    assert reply_time.words(90)["nl"] == "90 minuten"
    assert reply_time.words(120)["nl"] == "2 uur"
    assert reply_time.words(1440)["fr"] == "1 jour"
    assert reply_time.words(2880)["de"] == "2 Tagen"
    assert reply_time.words(None) == {}
