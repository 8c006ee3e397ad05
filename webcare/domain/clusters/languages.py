"""Tells in which languages a text is, by its small words, sentence by sentence: people mix them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webcare.domain.language import SUPPORTED, candidates
from webcare.domain.triage.words import Words

# A second language counts when the message may well be in it: short lines mislead.
_MAYBE = 0.6
_HINTED = 1.5
_CLEARLY = 1.0
_FEW_WORDS = 4
# One sentence in another language shows so many of its small words: the need may stand there.
_FEWEST_OF_A_SENTENCE = 2


def languages_in(
    text: str, words: Words, small: Mapping[str, Sequence[str]], hint: str | None
) -> tuple[str, frozenset[str]]:
    """Return the language of a text and those that may be in it; `small` names those of each small word.

    The recogniser of triage costs three times as much as everything else here, so it is asked only when
    the small words leave it open. `hint` is what the channel said.
    """
    by_sentence = _counted(words, small)
    found = _summed(by_sentence, hint)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] < ranked[1][1] + _CLEARLY):
        code = candidates(text, hint)[0][0]
    else:
        code = ranked[0][0]
    if len(words.folded) <= _FEW_WORDS or code not in SUPPORTED:
        return code, frozenset(SUPPORTED)
    likely = {each for each, share in ranked if share >= _MAYBE * ranked[0][1]}
    return code, frozenset(likely | {code} | _of_single_sentences(by_sentence, code))


def _counted(words: Words, small: Mapping[str, Sequence[str]]) -> dict[int, dict[str, int]]:
    """Return of each sentence how many small words it has of each language."""
    found: dict[int, dict[str, int]] = {}
    for word, sentence in zip(words.folded, words.sentences, strict=True):
        for code in small.get(word, ()):
            counts = found.setdefault(sentence, {})
            counts[code] = counts.get(code, 0) + 1
    return found


def _summed(by_sentence: Mapping[int, Mapping[str, int]], hint: str | None) -> dict[str, float]:
    known = hint[:2].lower() if hint else ""
    found = {known: _HINTED} if known in SUPPORTED else {}
    for counts in by_sentence.values():
        for code, count in counts.items():
            found[code] = found.get(code, 0.0) + count
    return found


def _of_single_sentences(by_sentence: Mapping[int, Mapping[str, int]], main: str) -> set[str]:
    """Return the languages that show most in a sentence of their own, beside the main one."""
    found: set[str] = set()
    for counts in by_sentence.values():
        most = max(counts.values())
        if most >= _FEWEST_OF_A_SENTENCE and most > counts.get(main, 0):
            found |= {code for code, count in counts.items() if count == most}
    return found
