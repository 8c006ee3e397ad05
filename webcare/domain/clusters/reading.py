"""Reads of a text what counts for clusters: its matters, its own words, what it asks and what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from webcare.domain.clusters.matters import Matters
from webcare.domain.language import SUPPORTED, candidates, spoken
from webcare.domain.triage.lexicon import Hits
from webcare.domain.triage.words import Words, cut, excerpts

# A second language counts when the message may well be in it: people mix, and short lines mislead.
_MAYBE = 0.03
_FEW_WORDS = 4
_SHORTEST_WORD = 3
_STEM = 6
# A longer phrase swallows the shorter ones inside it ("boarding pass"), unless it leaps over words.
_TIGHT = 3
_SHOUTED = 0.6


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text shows.

    `about`: matters, deeds, states and settings; `words`: stems of the words that none of them covers;
    `asks`: what kind of answer is wanted; `needs`: what the person needs beside it; `questions`: per
    sentence that asks, what it is about.
    """

    language: str
    about: frozenset[str]
    words: frozenset[str]
    asks: frozenset[str]
    needs: frozenset[str]
    questions: tuple[frozenset[str], ...]


def read(text: str, matters: Matters, language: str | None = None) -> Reading:
    """Return what `text` shows; names, numbers, dates, codes, greetings and thanks don't count.

    `language` is what the channel said, only a hint. Never raises for any text.
    """
    pieces = excerpts(text)
    words = cut(pieces)
    ranked = candidates(pieces[0][1], language)
    languages = _languages(ranked, words)
    hits = _longest(matters.lexicon.find(words, languages))
    kinds = matters.kinds
    by_kind: dict[str, set[str]] = {"asks": set(), "needs": set(), "about": set()}
    for name in hits:
        kind = kinds[name]
        by_kind[kind if kind in by_kind else "about"].add(name)
    covered = {at for places in hits.values() for first, last in places for at in (first, last)}
    empty = frozenset().union(*(matters.empty.get(code, frozenset()) for code in languages))
    own = _own_words(text, words, covered, empty, is_german=ranked[0][0] == "de")
    return Reading(
        ranked[0][0],
        frozenset(by_kind["about"]),
        own,
        frozenset(by_kind["asks"]),
        frozenset(by_kind["needs"]),
        _questions(words, hits, kinds),
    )


def _languages(ranked: list[tuple[str, float]], words: Words) -> frozenset[str]:
    if len(words.folded) <= _FEW_WORDS or ranked[0][0] not in SUPPORTED:
        return frozenset(SUPPORTED)
    likely = {code for code, share in ranked if share > _MAYBE}
    return frozenset(likely | spoken(words.folded))


def _longest(hits: Hits) -> Hits:
    """Return the hits but for those inside a longer tight one of another concept."""
    wide = [
        (first, last, name)
        for name, places in hits.items()
        for first, last in places
        if 0 < last - first < _TIGHT
    ]
    if not wide:
        return hits
    kept: Hits = {}
    for name, places in hits.items():
        left = [place for place in places if not _is_inside(place, name, wide)]
        if left:
            kept[name] = left
    return kept


def _is_inside(place: tuple[int, int], name: str, wide: list[tuple[int, int, str]]) -> bool:
    size = place[1] - place[0]
    return any(
        first <= place[0] and place[1] <= last and last - first > size and other != name
        for first, last, other in wide
    )


def _own_words(
    text: str, words: Words, covered: set[int], empty: frozenset[str], *, is_german: bool
) -> frozenset[str]:
    """Return the stems of the words that count; a capital inside a sentence is a name, but in German."""
    letters = sum(char.isupper() for char in text[:400])
    trusts_capitals = not is_german and letters < _SHOUTED * min(len(text), 400)
    found = set()
    for at, word in enumerate(words.folded):
        if at in covered or len(word) < _SHORTEST_WORD or word in empty or not word.isalpha():
            continue
        starts = at == 0 or words.sentences[at - 1] != words.sentences[at]
        if trusts_capitals and not starts and text[words.spans[at][0]].isupper():
            continue
        found.add(_stem(word))
    return frozenset(found)


def _stem(word: str) -> str:
    return word[:-1] if len(word) <= _STEM and word[-1] == "s" else word[:_STEM]


def _questions(words: Words, hits: Hits, kinds: dict[str, str]) -> tuple[frozenset[str], ...]:
    """Return what each asking sentence is about: one with a question mark or a way of asking."""
    asking = {words.sentences[at] for at in words.asking}
    about: dict[int, set[str]] = {}
    for name, places in hits.items():
        for first, _ in places:
            sentence = words.sentences[first]
            if kinds[name] == "asks":
                asking.add(sentence)
            elif kinds[name] in {"matters", "deeds", "states"}:
                about.setdefault(sentence, set()).add(name)
    return tuple(frozenset(about[number]) for number in sorted(about) if number in asking)
