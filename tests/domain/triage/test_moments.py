"""The reader of moments, in five languages, against a Monday evening, 13 April 2026, 20:30 in Amsterdam."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.triage.examples import RECEIVED
from webcare.domain.triage.moments import read_moments
from webcare.domain.triage.words import cut

EXPECTED = {
    "tomorrow 06:40": "14T06:40",
    "tomorrow at two": "14T14:00",
    "at 6am tomorrow": "14T06:00",
    "tomorrow morning": "14T08:00",
    "tonight": "13T23:00",
    "until about midnight": "14T00:00",
    "in an hour": "13T21:30",
    "in half an hour": "13T21:00",
    "within 48 hours": "15T20:30",
    "two hours left": "13T22:30",
    "45 minutes from now": "13T21:15",
    "on Thursday": "16T08:00",
    "Wednesday afternoon": "15T14:00",
    "next week tuesday": "21T08:00",
    "22 april": "22T08:00",
    "the day after tomorrow": "15T08:00",
    "vannacht om 0:00": "14T00:00",
    "over 2 uur": "13T22:30",
    "over een uurtje of drie": "13T23:30",
    "morgenochtend 7u": "14T07:00",
    "overmorgen": "15T08:00",
    "woensdagochtend": "15T08:00",
    "morgen um 6 Uhr": "14T06:00",
    "Mittwochnachmittag": "15T14:00",
    "übermorgen": "15T08:00",
    "heute": "13T23:59",
    "heute Abend": "14T00:00",
    "noch zwei Stunden": "13T22:30",
    "demain à 7h": "14T07:00",
    "après-demain": "15T08:00",
    "ce soir à minuit": "14T00:00",
    "dans une heure": "13T21:30",
    "mañana a las 9": "14T09:00",
    "pasado mañana": "15T08:00",
    "esta noche": "13T23:00",
    "hoy": "13T23:59",
    "el 30 de abril": "30T08:00",
}
NOTHING = [
    "it's 9pm",
    "22:40 nu",
    "since 9:00",
    "last Sunday",
    "two hours ago",
    "waiting for 5 hours",
    "sinds gisteren",
    "24/7",
]


@pytest.mark.parametrize(("words", "moment"), EXPECTED.items())
def test_expression_is_read(words: str, moment: str) -> None:
    found = read_moments(cut(((0, words),)), RECEIVED)
    assert [f"{one.at:%dT%H:%M}" for one in found] == [moment]


@pytest.mark.parametrize("words", NOTHING)
def test_what_is_past_or_present_is_no_moment_to_come(words: str) -> None:
    assert read_moments(cut(((0, words),)), RECEIVED) == []


@given(
    st.lists(st.sampled_from([*" ".join(EXPECTED).split(), "31", "99:99", "0", "24:00", "²"]), max_size=30)
)
def test_any_mix_of_time_words_is_read_without_raising(words: list[str]) -> None:
    found = read_moments(cut(((0, " ".join(words)),)), RECEIVED)
    assert all(RECEIVED - timedelta(minutes=1) <= one.at for one in found)
