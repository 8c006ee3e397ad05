"""Promises that hold for any text: never raises, spans within it, given words backed, time linear."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.checks.drafts import lines
from webcare.domain.checks import CheckedDraft, GivenFact, check

LONGEST = 20_000
WORDS = sorted({word for line in lines() for word in line["text"].split()})
VALUES = sorted(
    {
        words
        for line in lines()
        for fact in line.get("facts", ())
        for words in (fact["value"].values() if isinstance(fact["value"], dict) else [fact["value"]])
    }
)
STATUSES = ["confirmed", "likely", "unknown", "retracted"]
TEXTS = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
FACTS = st.lists(
    st.builds(GivenFact, st.text(max_size=20), st.tuples(TEXTS), st.sampled_from(STATUSES), st.booleans()),
    max_size=4,
)
HOSTILE = {
    "one word": "a",
    "spaces": " ",
    "line breaks": "\n",
    "digits": "1",
    "card like": "4111 ",
    "accounts": "NL91 ",
    "braces": "{",
    "brackets": "[(<",
    "underscores": "_",
    "at signs": "a@",
    "dots": "a.",
    "commas": "if, ",
    "states": "the flight is back ",
    "negations": "not ",
    "small words": "een de het ",
    "causes": "door de storm ",
    "numbers": "om 12 uur 5 dagen ",
    "amounts": "250 to ",
    "greetings": "Hi Jan ",
    "greeting lines": "Hi Jan\n",
    "streets": "Aaa 12 ",
    "capitals": "AB12CD ",
    "phones": "+31 6 ",
    "apostrophes": "'ll ",
    "accents": "é",
    "emoji": "\U0001f469\u200d",
    "web": "http://a.b/c",
    "legal": "you are not ",
    "secrets": "code on the ",
    "marks": "?!",
}


@settings(max_examples=300, deadline=None)
@given(TEXTS, FACTS, st.booleans(), st.sampled_from([None, "en", "nl", "xx", "de"]), st.text(max_size=20))
def test_any_text_is_checked_and_spans_stay_within(
    text: str, facts: list[GivenFact], is_public: bool, language: str | None, name: str
) -> None:
    one = CheckedDraft(text, language, is_public, limit=100, contact_name=name, facts=tuple(facts))
    for finding in check(one):
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.sentence


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=4, unique=True),
    st.sampled_from([" ", "\n", " \u2013 "]),
)
def test_the_words_of_valid_facts_are_never_unbacked(values: list[str], between: str) -> None:
    facts = tuple(GivenFact(f"fact_{place}", (words,)) for place, words in enumerate(values))
    text = between.join(f"{words.rstrip('.')}." for words in values)
    assert "unbacked_promise" not in {one.name for one in check(CheckedDraft(text, facts=facts))}, text


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_any_fact_said_in_its_own_words_is_backed(words: str) -> None:
    found = check(CheckedDraft(words, facts=(GivenFact("fact", (words,)),)))
    assert "unbacked_promise" not in {one.name for one in found}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_more_than_linear_time(name: str) -> None:
    piece = HOSTILE[name]
    half, whole = (_seconds((piece * LONGEST)[:size]) for size in (LONGEST // 2, LONGEST))
    # Twice the text may take a little more than twice the time; a square would take four times.
    assert whole < 0.25 or whole < half * 3.2, (half, whole)
    assert whole < 2


def _seconds(text: str) -> float:
    fact = GivenFact("next_update_at", ("Next update at 16:00, the airspace is closed.",))
    one = CheckedDraft(text, is_public=True, contact_name="Jan de Vries", facts=(fact,))
    spent = []
    for _ in range(2):
        started = time.process_time()
        check(one)
        spent.append(time.process_time() - started)
    return min(spent)
