"""Which language a message is written in, among the five we answer in, or the one we don't speak."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from math import exp
from operator import itemgetter
from typing import Any

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
_SPEAKERS = {
    word: tuple(code for code in _MARKS if word in _MARKS[code])
    for marks in _MARKS.values()
    for word in marks
}
_ENOUGH_MARKS = 2
_PLAIN_MARKS = 4
_STRAY = 5


class _Model:
    """The model of py3langid, asked so that a text costs one step a byte and one small sum.

    What each of its states says about our languages is added up beforehand. Its own way multiplies 7,480
    features by 97 languages for every text, and on all cores at once.
    """

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (only when needed)

        whole = LanguageIdentifier.from_pickled_model(MODEL_FILE)
        self._next, self._found = whole.tk_nextmove, whole.tk_output
        self._codes: list[str] = whole.nb_classes
        self._start: list[float] = whole.nb_pc.tolist()
        self._features = whole.nb_ptc
        self._ours = [at for at, code in enumerate(self._codes) if code in SUPPORTED]
        self._said_by_state = self._added_up(len(self._next) >> 8)

    def _added_up(self, states: int) -> Any:
        """Return for each state the sum of the features that are found on entering it, our languages only."""
        features = self._features[:, self._ours]
        said = features[[0] * states] * 0
        for state in range(states):
            found = self._found.get(state)
            if found:
                said[state] = features[list(found)].sum(axis=0)
        return said

    def among_ours(self, sample: str) -> list[tuple[str, float]]:
        """Return each of our languages with its share, likeliest first."""
        said = self._said_by_state[self._states(sample)].sum(axis=0, dtype="float64").tolist()
        scores = [self._start[at] + more for at, more in zip(self._ours, said, strict=True)]
        best = max(scores)
        weights = [exp(score - best) for score in scores]
        total = sum(weights)
        pairs = [(self._codes[at], weight / total) for at, weight in zip(self._ours, weights, strict=True)]
        return sorted(pairs, key=itemgetter(1), reverse=True)

    def among_all(self, sample: str) -> tuple[str, float]:
        """Return the likeliest of all languages, and its share."""
        found = [feature for state in self._states(sample) for feature in self._found.get(state, ())]
        said = self._features[found].sum(axis=0, dtype="float64").tolist()
        scores = [start + more for start, more in zip(self._start, said, strict=True)]
        best = max(scores)
        return self._codes[scores.index(best)], 1 / sum(exp(score - best) for score in scores)

    def _states(self, sample: str) -> list[int]:
        state, after, states = 0, self._next, []
        for byte in sample.encode("utf-8", "surrogatepass"):
            state = after[(state << 8) + byte]
            states.append(state)
        return states


@cache
def _model() -> _Model:
    return _Model()


def load() -> None:
    """Load the model now (0.1 s, 9 MB) rather than with the first text; forked processes then share it."""
    _model()


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
    ranked = _model().among_ours(sample)
    foreign = _foreign(sample, letters, ranked[0])
    if foreign is not None:
        return [foreign]
    if known_hint is not None and (letters < _FOREIGN_LETTERS or ranked[0][1] < 0.7):  # noqa: PLR2004
        ranked.sort(key=lambda pair: pair[0] != known_hint)
        ranked[0] = (known_hint, max(ranked[0][1], 0.6))
    return ranked


def _plainly(sample: str) -> str | None:
    """Return the language that the small words alone tell, which spares the model; None when they don't."""
    counts = _small_words(sample.split())
    if max(counts.values()) < _PLAIN_MARKS:
        return None
    best, runner_up = sorted(((count, code) for code, count in counts.items()), reverse=True)[:2]
    # One stray word of another language ("no", "die") proves nothing against many of one.
    is_plain = best[0] >= runner_up[0] * _STRAY and best[1] in _WITHOUT_TWIN
    return best[1] if is_plain else None


def _small_words(words: Iterable[str]) -> dict[str, int]:
    """Return for each of our languages how many of its small words stand in `words`."""
    counts = dict.fromkeys(SUPPORTED, 0)
    for word in _SPEAKERS.keys() & words:
        for code in _SPEAKERS[word]:
            counts[code] += 1
    return counts


def _foreign(sample: str, letters: int, ours: tuple[str, float]) -> tuple[str, float] | None:
    """Return the language of a text that is clearly in none of ours: another script, or a sure other one."""
    if not sample.isascii() and len(_OTHER_SCRIPT.findall(sample)) * 2 > letters:
        code, share = _model().among_all(sample)
        return UNKNOWN if code in SUPPORTED else code, share
    if letters < _FOREIGN_LETTERS or (ours[1] > _SURE and ours[0] in _WITHOUT_TWIN):
        return None
    code, share = _model().among_all(sample)
    if code in SUPPORTED or code in _RELATIVES or share < _FOREIGN_CERTAINTY:
        return None
    return code, share


def spoken(folded_words: Iterable[str]) -> frozenset[str]:
    """Return the languages whose own small words stand in these folded words, for texts that mix."""
    counts = _small_words(folded_words)
    return frozenset(code for code, count in counts.items() if count >= _ENOUGH_MARKS)
