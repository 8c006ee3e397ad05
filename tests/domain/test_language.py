"""The language of a message: our five, another one when that is clear, or nothing to go on."""

from __future__ import annotations

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from tests.domain.triage.examples import examples
from webcare.domain import language
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


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe kein Hotel und niemand ist am Schalter",
        "O meu voo foi cancelado e n\u00e3o sei o que fazer agora",
        "\u043c\u043e\u0439 \u0440\u0435\u0439\u0441 \u043e\u0442\u043c\u0435\u043d\u0438\u043b\u0438",
        "x",
    ],
)
def test_our_quicker_way_says_what_the_model_itself_says(text: str) -> None:
    theirs = LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)
    ours = language._model()
    code, share = theirs.classify(text)
    assert ours.among_all(text) == (code, pytest.approx(float(share), abs=1e-4))
    theirs.set_languages(list(SUPPORTED))
    code, share = theirs.classify(text)
    assert ours.among_ours(text)[0] == (code, pytest.approx(float(share), abs=1e-4))
