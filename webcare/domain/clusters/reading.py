"""Reads of a text what counts for clusters: its matters, its own words, what it asks and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
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
_SHOUTED = 0.6
_HEAD = 400
# How broad a question is: "how long" is no "how", and "how can that be" is a why.
_NARROWER = frozenset({"how_long", "how_much", "why", "when"})
# "When can I" asks when.
_BROAD = frozenset({"may", "must"})
# What stands beside the matter: it swallows nothing and is never swallowed.
_ASIDE = frozenset({"asks", "needs"})
# A sentence that shows so much can be a question of its own; nobody asks more than so many.
_FEWEST = 2
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text shows.

    `about`: matters, deeds, states and settings; `words`: stems of the words that none of them covers;
    `asks`: what kind of answer is wanted; `needs`: what the person needs beside it; `has_question`: a
    question mark stands in it; `parts`: the same for each telling sentence, when there are several.
    """

    language: str
    about: frozenset[str]
    words: frozenset[str]
    asks: frozenset[str]
    needs: frozenset[str]
    has_question: bool = False
    parts: tuple[Reading, ...] = ()


@dataclass(slots=True)
class _Sentence:
    about: set[str]
    words: set[str]
    asks: set[str]
    needs: set[str]
    has_question: bool = False


def read(text: str, matters: Matters, language: str | None = None) -> Reading:
    """Return what `text` shows; names, numbers, dates, codes, greetings and thanks don't count.

    `language` is what the channel said, only a hint. Never raises for any text.
    """
    pieces = excerpts(text)
    words = cut(pieces)
    ranked = candidates(pieces[0][1], language)
    spoken_here = _languages(ranked, words)
    code = ranked[0][0]
    hits = _longest(matters.lexicon.find(words, spoken_here), matters.kinds)
    sentences = _sentences(words, hits, matters.kinds)
    empty = frozenset().union(*(matters.empty.get(each, frozenset()) for each in spoken_here))
    covered = {at for places in hits.values() for place in places for at in place}
    for at in _own_words(text, words, empty, is_german=code == "de"):
        if at not in covered:
            sentences[words.sentences[at]].words.add(_stem(words.folded[at]))
    for at in words.asking:
        sentences[words.sentences[at]].has_question = True
    return _whole(code, list(sentences.values()))


def _whole(code: str, sentences: list[_Sentence]) -> Reading:
    """Return the reading of all sentences together, with those that tell something as its parts."""
    telling = [one for one in sentences if one.about and len(one.about) + len(one.words) >= _FEWEST]
    parts = telling[:_MOST_PARTS] if len(sentences) > 1 else []
    everything = _Sentence(set(), set(), set(), set())
    for one in sentences:
        everything.about |= one.about
        everything.words |= one.words
        everything.asks |= one.asks
        everything.needs |= one.needs
        everything.has_question |= one.has_question
    return _reading(code, everything, tuple(_reading(code, one) for one in parts))


def _reading(code: str, said: _Sentence, parts: tuple[Reading, ...] = ()) -> Reading:
    asks = said.asks - {"how"} if said.asks & _NARROWER else said.asks
    asks = asks - _BROAD if asks - _BROAD else asks
    return Reading(
        code,
        frozenset(said.about),
        frozenset(said.words),
        frozenset(asks),
        frozenset(said.needs),
        said.has_question,
        parts,
    )


def _languages(ranked: list[tuple[str, float]], words: Words) -> frozenset[str]:
    if len(words.folded) <= _FEW_WORDS or ranked[0][0] not in SUPPORTED:
        return frozenset(SUPPORTED)
    likely = {code for code, share in ranked if share > _MAYBE}
    return frozenset(likely | spoken(words.folded))


def _sentences(words: Words, hits: Hits, kinds: Mapping[str, str]) -> dict[int, _Sentence]:
    """Return the sentences by number, each with the concepts that begin in it."""
    found = {number: _Sentence(set(), set(), set(), set()) for number in dict.fromkeys(words.sentences)}
    for name, places in hits.items():
        for first, _ in places:
            sentence = found[words.sentences[first]]
            kind = kinds[name]
            chosen = {"asks": sentence.asks, "needs": sentence.needs}.get(kind, sentence.about)
            chosen.add(name)
    return found


def _longest(hits: Hits, kinds: Mapping[str, str]) -> Hits:
    """Return the hits but for those that begin or end a longer phrase of another name ("boarding pass").

    Only a thing swallows a thing: "forgot my password" is still about a password.
    """
    wide = [
        (first, last, name)
        for name, places in hits.items()
        if kinds[name] not in _ASIDE
        for first, last in places
        if last > first
    ]
    if not wide:
        return hits
    kept: Hits = {}
    for name, places in hits.items():
        mine = kinds[name]
        rivals = [one for one in wide if one[2] != name and (mine != "matters" or kinds[one[2]] == "matters")]
        left = places if mine in _ASIDE else [place for place in places if not _is_swallowed(place, rivals)]
        if left:
            kept[name] = left
    return kept


def _is_swallowed(place: tuple[int, int], rivals: list[tuple[int, int, str]]) -> bool:
    first, last = place
    return any(
        (first == start or last == end) and start <= first and last <= end and end - start > last - first
        for start, end, _ in rivals
    )


def _own_words(text: str, words: Words, empty: frozenset[str], *, is_german: bool) -> list[int]:
    """Return the numbers of the words that count; a capital inside a sentence is a name, but in German."""
    capitals = sum(char.isupper() for char in text[:_HEAD])
    trusts_capitals = not is_german and capitals < _SHOUTED * min(len(text), _HEAD)
    found = []
    for at, word in enumerate(words.folded):
        if len(word) < _SHORTEST_WORD or word in empty or not word.isalpha():
            continue
        starts = at == 0 or words.sentences[at - 1] != words.sentences[at]
        if trusts_capitals and not starts and text[words.spans[at][0]].isupper():
            continue
        found.append(at)
    return found


def _stem(word: str) -> str:
    return word[:-1] if len(word) <= _STEM and word[-1] == "s" else word[:_STEM]
