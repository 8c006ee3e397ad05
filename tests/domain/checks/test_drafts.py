"""The development set: half clean, English and Dutch first, tricky on both sides."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.domain.checks.drafts import draft, lines, measure
from webcare.domain.checks import check


def test_the_set_is_large_mixed_and_half_clean() -> None:
    count = len(lines())
    clean = sum(not line["expect"] for line in lines())
    languages = Counter(line["lang"] for line in lines())
    assert count >= 300
    assert 0.4 <= clean / count <= 0.6
    assert {"en", "nl", "de", "fr", "es"} <= set(languages)
    assert len({line["id"] for line in lines()}) == count


# B was written when A was right, C (a hurried colleague) when both were, D and E after that. At first sight
# they scored recall .92, .65, .88, .72 and precision .91, .87, .98, 1.0. F to H tease the shapes of promises,
# guesses, names and codes; at first sight recall .64, .80, .70 and precision .77, .87, .47. All of them are
# development sets now: what they reach says nothing about drafts that nobody here has seen.
@pytest.mark.parametrize("halves", ["A", "B", "C", "D", "E", "FGH", "ABCDEFGH"])
def test_blocking_findings_are_found_and_few_are_false(halves: str) -> None:
    score = measure(halves)
    assert score.recall >= 0.95, score.failures
    assert score.precision >= 0.95, score.failures


def test_every_blocking_name_is_in_the_set() -> None:
    names = {name for line in lines() for name in line["expect"]}
    assert names == {
        "unbacked_promise",
        "expired_fact",
        "retracted_fact",
        "personal_data_public",
        "unfilled_placeholder",
        "wrong_recipient_name",
        "secrets_requested",
        "legal_conclusion",
        "speculation_on_cause",
        "too_long",
    }


def test_every_finding_says_where_and_what_to_do() -> None:
    for line in lines():
        one = draft(line)
        for finding in check(one):
            assert 0 <= finding.start <= finding.end <= len(one.text), line["id"]
            assert finding.sentence.endswith("."), finding
            assert finding.severity in {"block", "warn"}
            if finding.mend is not None:
                assert 0 <= finding.mend.start <= finding.mend.end <= len(one.text)
