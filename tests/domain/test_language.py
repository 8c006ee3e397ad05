"""The language of a message: our five, another one when that is clear, or nothing to go on."""

from __future__ import annotations

import pytest

from tests.domain.triage.examples import examples
from webcare.domain.language import SUPPORTED, candidates, recognise

OURS = [one for one in examples("lines.txt") if one.language in SUPPORTED]


def test_at_least_97_in_100_lines_get_their_language() -> None:
    right = sum(recognise(one.text)[0] == one.language for one in OURS)
    assert right / len(OURS) >= 0.97


@pytest.mark.parametrize("text", ["", "???", "12345", "\u2764\ufe0f \U0001f44f", "\x00\ud800"])
def test_nothing_to_go_on(text: str) -> None:
    assert recognise(text) == ("und", 0.0)
    assert recognise(text, hint="nl-NL") == ("nl", 0.5)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Gdzie jest mój bagaż? Czekam już trzy godziny na lotnisku", "pl"),
        ("O meu voo foi cancelado e preciso de ajuda com o hotel", "pt"),
        ("Il mio volo è stato cancellato, dove dormo stanotte?", "it"),
        ("Мой рейс отменили, и я не знаю, что делать", "ru"),
    ],
)
def test_another_language_is_called_by_its_own_code(text: str, code: str) -> None:
    assert recognise(text)[0] == code


def test_a_hint_decides_short_texts_only() -> None:
    assert recognise("ok dank", hint="nl")[0] == "nl"
    clear = "Mein Flug wurde gestrichen und ich brauche dringend eine neue Verbindung."
    assert recognise(clear, hint="nl")[0] == "de"
    assert recognise(clear, hint="xx")[0] == "de"


def test_case_and_marks_tell_nothing() -> None:
    text = "Mijn vlucht is geannuleerd, wat nu"
    assert candidates(text.upper() + "!!!") == candidates(text)
