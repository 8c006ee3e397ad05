"""What counts of a text, and what doesn't."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.clusters.known import reading


@pytest.mark.parametrize(
    "text",
    [
        "How long does the refund for the cancelled flight take?",
        "Hoe lang duurt de terugbetaling van de geannuleerde vlucht?",
        "Wie lange dauert die Erstattung für den annullierten Flug?",
        "Combien de temps prend le remboursement du vol annulé ?",
        "¿Cuánto tarda el reembolso del vuelo cancelado?",
    ],
)
def test_a_question_reads_alike_in_five_languages(text: str) -> None:
    found = reading(text)
    assert {"refund", "cancelled", "flight"} <= found.about
    assert found.asks == {"how_long"}
    assert found.has_question


def test_what_is_personal_does_not_count() -> None:
    plain = reading("Where is my suitcase?")
    personal = reading("Hi team, Karin de Vries here (QX72LM). Where is my suitcase? ZZ123, 14 May. Thanks!")
    assert personal.about == plain.about
    assert personal.words == plain.words


def test_a_longer_thing_swallows_a_shorter_one_but_a_deed_does_not() -> None:
    assert "luggage" not in reading("Is my hand luggage too big?").about
    assert {"password", "reset"} <= reading("I forgot my password").about


def test_a_narrow_way_of_asking_wins_from_a_broad_one() -> None:
    assert reading("When can I collect my parcel?").asks == {"when"}


def test_one_sentence_in_another_language_is_read_too() -> None:
    found = reading("My suitcase is lost, how do I report that to you? Ich bin schwanger.")
    assert found.language == "en"
    assert found.needs == {"pregnant"}


def test_needs_are_kept_apart() -> None:
    found = reading("Do we get a hotel? My mother is in a wheelchair.")
    assert found.needs == {"wheelchair"}
    assert "wheelchair" not in found.about


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    assert reading(text) == reading(text)
