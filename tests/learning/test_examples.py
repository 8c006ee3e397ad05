"""Example messages: what is read from a file, and what is said about a line that is no example."""

from __future__ import annotations

import json

import pytest

from webcare import playbooks
from webcare.domain.urgency import Urgency
from webcare.errors import Refused
from webcare.learning import examples


def test_a_pattern_stands_for_every_combination() -> None:
    pattern = "My [mother|aunt] has [two|three] pills left"
    assert examples.spelled_out(pattern) == [
        "My mother has two pills left",
        "My mother has three pills left",
        "My aunt has two pills left",
        "My aunt has three pills left",
    ]


def test_a_large_pattern_is_bounded_and_hears_every_first_word() -> None:
    texts = examples.spelled_out("[a|b|c|d] [e|f|g|h] [i|j]")
    assert len(texts) <= examples.MOST_OF_A_PATTERN
    assert {text[0] for text in texts} == set("abcd")


def test_a_pattern_counts_as_two_texts_together() -> None:
    line = json.dumps({"pattern": "[a|b|c|d] word", "level": "U1"})
    assert sum(one.weight for one in examples.read([line], "here")) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nonsense", "no JSON"),
        ("[1]", "no object"),
        ('{"level": "U1"}', "'text' is missing"),
        ('{"text": "x", "level": "U9"}', "'level' is 'U9'"),
        ('{"text": "x", "level": "U1", "intents": "rebook"}', "'intents' is no list"),
        ('{"text": "x", "level": "U1", "received_at": "2026-04-15T10:00"}', "moment with its zone"),
    ],
)
def test_a_bad_line_is_named_with_its_mend(line: str, words: str) -> None:
    with pytest.raises(Refused, match="labels, line 2") as refused:
        examples.read(['{"text": "ok", "level": "U3"}', line], "labels")
    assert words in str(refused.value)


def test_the_shipped_examples_are_many_and_different() -> None:
    found = examples.of_playbooks(playbooks.shipped())
    texts = [one.text for one in found if one.weight == 1]
    assert len(texts) >= 3_000
    assert len(set(texts)) == len(texts)
    assert {one.level for one in found} == set(Urgency)
    assert {one.language for one in found} >= {"en", "nl", "de", "fr", "es"}
