"""Which language a message is written in, among the five we answer in, or the one we don't speak."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SUPPORTED = ("nl", "en", "de", "fr", "es")
UNKNOWN = "und"

# A line and a half tells the language as well as a page does; the rest would only cost time.
_ENOUGH = 110
_OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_LETTERS = re.compile(r"[^\W\d_]+")
# Below this many letters the whole model guesses wildly between 97 languages, so it has no say.
_FOREIGN_LETTERS = 20
_FOREIGN_CERTAINTY = 0.85
# Portuguese, Catalan and Italian pass for sure Spanish among five; nothing passes for sure English or Dutch.
_WITHOUT_TWIN = frozenset({"en", "nl", "de", "fr"})
_SURE = 0.98
# Close relatives of our five: an informal Dutch line often looks like one of these.
_RELATIVES = frozenset(
    {"af", "fy", "li", "nds", "nds-nl", "vls", "zea", "lb", "gsw", "bar", "sco", "oc", "wa"}
)
# Small words that stand in one of the five only: two of them show that a text is (also) in that language.
_SMALL_WORDS = {
    "nl": "ik het een niet wij zijn jullie hij ze mijn naar wat voor maar ook heb heeft wordt onze bij nog "
    "geen sinds moet kan geweest dat zijn hoe aan graag waar wanneer deze mij zou willen weten "
    "krijgt uur hebben alleen dan zouden ons",
    "en": "the and my to of you are for have with this it i our your can from been there they not",
    "de": "ich und nicht ist eine einen sie mein meine wir auf der das dem habe wird ihr zu noch uns "
    "mit für aber oder kann bitte von sind haben dem",
    "fr": "je une dans est les nous vous pas il elle mon ma sur avec pour suis qui du et votre au "
    "mais ce cette nos vos avez sont comment quand pourquoi bonjour",
    "es": "el los las una para con estoy mi no hay que por del esta tengo muy como voy y mis",
}
_MARKS = {code: frozenset(words.split()) for code, words in _SMALL_WORDS.items()}
_ENOUGH_MARKS = 2
_PLAIN_MARKS = 4
_STRAY = 5


@cache
def _among_all() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (0.3 s, only when needed)

    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


@cache
def _among_ours() -> LanguageIdentifier:
    identifier = copy(_among_all())  # shares the big tables
    identifier.set_languages(list(SUPPORTED))
    return identifier


def load() -> None:
    """Load the model now (0.3 s, 13 MB) rather than with the first text; forked processes then share it."""
    _among_ours()


def recognise(text: str, hint: str | None = None) -> tuple[str, float]:
    """Return the language code of `text` and how sure we are (0 to 1).

    `hint` is what the channel said; it decides when the text is short or undecided. The code is one
    of `SUPPORTED`, or another ISO 639 code when the text is clearly in a language we don't answer
    in, or "und" when there is nothing to go on (no letters).
    """
    ranked = candidates(text, hint)
    return ranked[0]


def candidates(text: str, hint: str | None = None) -> list[tuple[str, float]]:
    """Return the languages `text` may be in, likeliest first; never empty. Takes what `recognise` takes."""
    # Case, marks and digits tell nothing of the language, and a shouted text must read like a calm one.
    sample = " ".join(_LETTERS.findall(text[: _ENOUGH * 2])).lower()[:_ENOUGH]
    letters = len(sample) - sample.count(" ")
    known_hint = hint[:2].lower() if hint and hint[:2].lower() in SUPPORTED else None
    if letters < 2:  # noqa: PLR2004 (one letter is not a language)
        return [(known_hint, 0.5)] if known_hint else [(UNKNOWN, 0.0)]
    plain = _plainly(sample)
    if plain is not None:
        return [(plain, _SURE)]
    ranked = [(str(code), float(share)) for code, share in _among_ours().rank(sample)]
    foreign = _foreign(sample, letters, ranked[0])
    if foreign is not None:
        return [foreign]
    if known_hint is not None and (letters < _FOREIGN_LETTERS or ranked[0][1] < 0.7):  # noqa: PLR2004
        ranked.sort(key=lambda pair: pair[0] != known_hint)
        ranked[0] = (known_hint, max(ranked[0][1], 0.6))
    return ranked


def _plainly(sample: str) -> str | None:
    """Return the language that the small words alone tell, which spares the model; None when they don't."""
    words = set(sample.split())
    found = [(len(marks & words), code) for code, marks in _MARKS.items()]
    best, runner_up = sorted(found, reverse=True)[:2]
    # One stray word of another language ("no", "die") proves nothing against many of one.
    is_plain = best[0] >= max(_PLAIN_MARKS, runner_up[0] * _STRAY) and best[1] in _WITHOUT_TWIN
    return best[1] if is_plain else None


def _foreign(sample: str, letters: int, ours: tuple[str, float]) -> tuple[str, float] | None:
    """Return the language of a text that is clearly in none of ours: another script, or a sure other one."""
    if not sample.isascii() and len(_OTHER_SCRIPT.findall(sample)) * 2 > letters:
        code, share = _among_all().classify(sample)
        return UNKNOWN if code in SUPPORTED else str(code), float(share)
    if letters < _FOREIGN_LETTERS or (ours[1] > _SURE and ours[0] in _WITHOUT_TWIN):
        return None
    code, share = _among_all().classify(sample)
    if code in SUPPORTED or code in _RELATIVES or share < _FOREIGN_CERTAINTY:
        return None
    return str(code), float(share)


def spoken(folded_words: Iterable[str]) -> frozenset[str]:
    """Return the languages whose own small words stand in these folded words, for texts that mix."""
    words = set(folded_words)
    return frozenset(code for code, marks in _MARKS.items() if len(marks & words) >= _ENOUGH_MARKS)
