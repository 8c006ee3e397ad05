"""Phrases: stems, ends, gaps, numbers and alternatives, per language."""

from __future__ import annotations

import pytest

from webcare.domain.triage.lexicon import Lexicon
from webcare.domain.triage.words import cut


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("medic*", "Medication", True),
        ("*medicijnen", "hartmedicijnen", True),
        ("*olsto*", "rolstoelen", True),
        ("runs out", "it runs out", True),
        ("runs out", "it runs us out", False),
        ("run .. out", "run the whole stock out", True),
        ("run .. out", "run one two three four five out", False),
        ("run .. out", "run. We are out", False),
        ("is #1-15", "she is 11", True),
        ("is #1-15", "she is 16", False),
        ("wife/husband died", "my husband died", True),
        ("dinsulin", "d insulin", False),
        ("insuline", "plus d'insuline", True),
        ("mum", "mum's bag", True),
        ("bomb", "bo\u200bmb", True),
        ("ubermorgen", "Übermorgen", True),
    ],
)
def test_phrase(phrase: str, text: str, *, is_found: bool) -> None:
    hits = Lexicon({"it": {"en": [phrase]}}).find(cut(((0, text),)), frozenset({"en"}))
    assert bool(hits) is is_found


def test_a_phrase_holds_in_its_own_language_only() -> None:
    lexicon = Lexicon({"knife": {"nl": ["mes"]}, "code": {"any": ["@flight"]}})
    words = cut(((0, "mes valises ZZ482"),))
    assert set(lexicon.find(words, frozenset({"fr"}))) == {"code"}
    assert set(lexicon.find(words, frozenset({"nl"}))) == {"knife", "code"}
