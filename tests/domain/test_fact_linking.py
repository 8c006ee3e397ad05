"""Free text is linked to the facts that it states, in whatever words, and not to those it only touches."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.fact_links import board, measure, read
from webcare.domain.fact_linking import links
from webcare.domain.fact_profiles import KnownFact

FREE = KnownFact(
    "rebook_policy",
    3,
    (("en", "rebooking is free until 30 April"), ("nl", "omboeken is gratis tot en met 30 april")),
)
AT = KnownFact("next_update_at", 2, (("en", "16:30 CEST"), ("nl", "16:30 CEST")))


def test_the_sets_are_large_and_mixed_on_both_sides() -> None:
    cases = [each for name in ("seen", "held") for desk in read(name).values() for each in desk]
    held = sum(map(len, read("held").values()))
    languages = Counter(each["lang"] for each in cases)
    clean = sum(not each["states"] for each in cases) / len(cases)
    assert len(cases) >= 120
    assert held >= 40
    assert languages["en"] >= 40
    assert languages["nl"] >= 40
    assert {"de", "fr", "es"} <= set(languages)
    assert 0.25 <= clean <= 0.5
    assert len({each["text"] for each in cases}) == len(cases)


# The held set was written before the linking and read once, at the end: recall .97, precision 1.0; the set
# that it was made with has .98 and .99. One hand wrote both: expect less of texts that it never met.
@pytest.mark.parametrize(("name", "recall", "precision"), [("seen", 0.95, 0.95), ("held", 0.9, 0.95)])
def test_what_is_stated_is_found_and_little_else(name: str, recall: float, precision: float) -> None:
    score = measure(name)
    assert score.recall >= recall, score.failures
    assert score.precision >= precision, score.failures


@pytest.mark.parametrize(
    "text",
    [
        "Rebooking is free until 30 April.",
        "Until 30 april you rebook for free",
        "Tot 30 april 2026 kun je gratis omboeken.",
        "Omboeken kost niets t/m 30-4.",
        "You can change your flight at no cost up to April 30th.",
        "Rebooking costs nothing until 30/04/2026.",
    ],
)
def test_the_same_fact_in_other_words_is_the_same_fact(text: str) -> None:
    (link,) = links(text, None, [FREE, AT])
    assert (link.key, link.version) == ("rebook_policy", 3)
    assert link.spans
    assert all(0 <= start < end <= len(text) for start, end in link.spans)


@pytest.mark.parametrize("time", ["16:30", "16.30 uur", "4.30 pm", "half past four", "half vijf", "16u30"])
def test_a_time_is_one_however_it_is_written(time: str) -> None:
    assert [each.key for each in links(f"Our next update follows at {time}", None, [FREE, AT])] == [AT.key]


@pytest.mark.parametrize(
    "text",
    [
        "Rebooking is what I would do.",
        "Until 30 April it stays busy here.",
        "The chair next to you is free.",
        "You landed at 16:30, is that right?",
        "We told you that rebooking is free until 30 April. That was wrong.",
        "You can rebook for free until 24 April.",
        "",
        "...",
    ],
)
def test_a_common_word_another_value_or_a_mistake_taken_back_links_nothing(text: str) -> None:
    assert links(text, None, [FREE, AT]) == ()


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("+31 20 555 0142", "Bel 020-5550142."),
        ("020 555 01 42", "Call +31 (0)20 555 0142"),
        ("https://www.polderair.example/care/", "see polderair.example/care."),
        ("@polderair_help", "Write to @PolderAir_Help!"),
    ],
)
def test_an_address_is_one_however_it_is_written(said: str, text: str) -> None:
    assert [each.key for each in links(text, "en", [KnownFact("contact", 1, (("en", said),))])] == ["contact"]


def test_a_number_of_somebody_else_or_another_page_is_not_ours() -> None:
    ours = [KnownFact("a", 1, (("en", "020 555 0142"),)), KnownFact("b", 1, (("en", "polderair.example/x"),))]
    assert links("Call 020 555 0143 or see polderair.example/y.", "en", ours) == ()


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_text_and_no_fact_breaks_it(text: str, said: str) -> None:
    for each in links(text, None, [*board("ash"), KnownFact("odd", 1, (("en", said),), (said,))]):
        assert all(0 <= start <= end <= len(text) for start, end in each.spans)
