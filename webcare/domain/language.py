"""Which language a message is written in, among the five we answer in, or the one we don't speak."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SUPPORTED = ("nl", "en", "de", "fr", "es")
UNKNOWN = "und"

# A page tells the language as well as a book does; the rest would only cost time.
_ENOUGH = 600
# Below this many letters the whole model guesses wildly between 200 languages, so it has no say.
_FOREIGN_LETTERS = 20
_FOREIGN_CERTAINTY = 0.85
# Close relatives of our five: an informal Dutch line often looks like one of these.
_RELATIVES = frozenset({"af", "fy", "li", "nds", "nds-nl", "vls", "zea", "lb", "gsw", "bar", "sco", "oc", "wa"})


@cache
def _among_ours() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (0.5 s, only when needed)

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(SUPPORTED))
    return identifier


@cache
def _among_all() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (0.5 s, only when needed)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


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
    sample = text[:_ENOUGH]
    letters = sum(map(str.isalpha, sample))
    known_hint = hint[:2].lower() if hint and hint[:2].lower() in SUPPORTED else None
    if letters < 2:  # noqa: PLR2004 (one letter is not a language)
        return [(known_hint, 0.5)] if known_hint else [(UNKNOWN, 0.0)]
    foreign = _foreign(sample, letters)
    if foreign is not None:
        return [foreign]
    ranked = [(str(code), float(share)) for code, share in _among_ours().rank(sample)]
    if known_hint is not None and (letters < _FOREIGN_LETTERS or ranked[0][1] < 0.7):  # noqa: PLR2004
        ranked.sort(key=lambda pair: pair[0] != known_hint)
        ranked[0] = (known_hint, max(ranked[0][1], 0.6))
    return ranked


def _foreign(sample: str, letters: int) -> tuple[str, float] | None:
    if not sample.isascii():
        latin = sum(1 for char in sample if char.isalpha() and ord(char) < 0x250)  # noqa: PLR2004
        if latin * 2 < letters:
            code, share = _among_all().classify(sample)
            return (str(code), float(share)) if str(code) not in SUPPORTED else (UNKNOWN, 0.0)
    if letters < _FOREIGN_LETTERS:
        return None
    code, share = _among_all().classify(sample)
    if str(code) in SUPPORTED or str(code) in _RELATIVES or share < _FOREIGN_CERTAINTY:
        return None
    return str(code), float(share)
