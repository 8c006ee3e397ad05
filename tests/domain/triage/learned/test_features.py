"""Rows of words and pairs are those that `bucket` gives: what one fits, the other reads."""

from __future__ import annotations

import pytest

from webcare.domain.triage.learned import features


@pytest.mark.parametrize("word", ["a", "insulin", "ñandú", "飛行機", "x" * 40])
def test_a_word_is_itself_and_its_parts(word: str) -> None:
    framed = f"<{word}>"
    expected = [framed]
    for size in (3, 4, 5):
        if size < len(framed):
            expected += [framed[at : at + size] for at in range(len(framed) - size + 1)]
    assert features.parts(word) == [features.bucket(one) for one in expected]


def test_pairs_are_of_neighbours_and_each_once() -> None:
    said = ["no", "hotel", "no", "hotel"]
    assert features.pairs(said) == sorted({features.bucket("no hotel"), features.bucket("hotel no")})


def test_words_that_share_a_stem_share_rows() -> None:
    assert len(set(features.parts("insulin")) & set(features.parts("insulinepen"))) > len("insulin")
