"""Words are cut the same way by the short road for plain ones and by the long one for all others."""

from __future__ import annotations

import pytest

from webcare.domain.triage.words import HEAD, TAIL, cut, excerpts


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Gate B42 CLOSED", ["gate", "b42", "closed"]),
        ("l'hotel, it's Anna's", ["l", "hotel", "its", "anna"]),
        ("cafe\u0301 medi\u00adcine in\u200bsulin", ["cafe", "medicine", "insulin"]),
        ("caf\u00e9 na\u00efve Stra\u00dfe", ["cafe", "naive", "strasse"]),
        ("6:40 or 06.40 or 7u", ["6:40", "or", "06.40", "or", "7u"]),
        ("under_score a-b", ["under", "score", "a", "b"]),
        ("x" * 50, ["x" * 40]),
    ],
)
def test_folding(text: str, folded: list[str]) -> None:
    assert cut(((0, text),)).folded == folded


def test_each_word_knows_its_characters_and_its_sentence() -> None:
    text = "No hotel. L'enfant pleure? ok"
    words = cut(((0, text),))
    assert [text[first:last] for first, last in words.spans] == [
        "No", "hotel", "L'enfant", "L'enfant", "pleure", "ok",
    ]  # fmt: skip
    assert words.sentences == [0, 0, 1, 1, 1, 2]
    assert words.asking == [4]


def test_the_tail_of_a_long_text_points_into_the_whole() -> None:
    text = "word " * HEAD + "insulin"
    pieces = excerpts(text)
    words = cut(pieces)
    first, last = words.spans[-1]
    assert text[first:last] == "insulin"
    assert pieces[1][0] == len(text) - TAIL
    assert len(words.folded) == len(words.spans) == len(words.sentences)
    assert words.sentences[-1] == words.sentences[0] + 2
