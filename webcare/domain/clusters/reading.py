"""Reads of a text what counts for clusters: its matters, its own words, what it asks and what it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from webcare.domain.clusters.languages import languages_in
from webcare.domain.clusters.matters import Matters
from webcare.domain.triage.lexicon import Hits
from webcare.domain.triage.words import Words, cut, excerpts

_SHORTEST_WORD = 3
_STEM = 6
_SHOUTED = 0.6
_HEAD = 400
_CAPITAL = re.compile("[A-Z]+")
# How broad a question is: "how long" is no "how", and "how can that be" is a why.
_NARROWER = frozenset({"how_long", "how_much", "why", "when"})
# "When can I" asks when.
_BROAD = frozenset({"may", "must"})
# A sentence that shows so much can be a question of its own; nobody asks more than so many.
_FEWEST = 2
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text shows.

    `about`: matters, deeds, states and settings; `words`: stems of the words that none of them covers;
    `asks`: what kind of answer is wanted; `needs`: what the person needs beside it; `has_question`: a
    question mark stands in it; `sides`: of each group of rivals those that it names; `parts`: the same
    for each telling sentence, when there are several.
    """

    language: str
    about: frozenset[str]
    words: frozenset[str]
    asks: frozenset[str]
    needs: frozenset[str]
    has_question: bool = False
    sides: Mapping[str, frozenset[str]] = field(default_factory=dict)
    parts: tuple[Reading, ...] = ()


@dataclass(slots=True)
class _Sentence:
    about: set[str]
    words: set[str]
    asks: set[str]
    needs: set[str]
    has_question: bool = False
    has_thing: bool = False

    @property
    def is_telling(self) -> bool:
        """Tell whether it can be a question of its own: it asks about a thing, or says enough."""
        asks_about = self.has_thing and (self.has_question or bool(self.asks))
        return bool(self.about) and (asks_about or len(self.about) + len(self.words) >= _FEWEST)


def read(text: str, matters: Matters, language: str | None = None) -> Reading:
    """Return what `text` shows; names, numbers, dates, codes, greetings and thanks don't count.

    `language` is what the channel said, only a hint. Never raises for any text.
    """
    pieces = excerpts(text)
    words = cut(pieces)
    code, spoken_here = languages_in(pieces[0][1], words, matters.languages_of, language)
    hits = _longest(matters.lexicon.find(words, spoken_here), matters.kinds)
    sentences = _sentences(words, hits, matters.kinds)
    empty = frozenset().union(*(matters.empty.get(each, frozenset()) for each in spoken_here))
    covered = {at for places in hits.values() for place in places for at in place}
    for at in _own_words(text, words, empty, is_german=code == "de"):
        if at not in covered:
            _add_word(words.folded[at], sentences[words.sentences[at]], code, matters)
    for at in words.asking:
        sentences[words.sentences[at]].has_question = True
    return _whole(code, list(sentences.values()), matters)


def _add_word(word: str, sentence: _Sentence, code: str, matters: Matters) -> None:
    """Add a word of its own: what its halves are about, or else its stem."""
    about = matters.compounds.about(word, code)
    sentence.about |= about
    sentence.has_thing |= bool(about)
    if not about:
        sentence.words.add(_stem(word))


def _whole(code: str, sentences: list[_Sentence], matters: Matters) -> Reading:
    """Return the reading of all sentences together, with those that tell something as its parts."""
    telling = [one for one in sentences if one.is_telling]
    parts = telling[:_MOST_PARTS] if len(sentences) > 1 else []
    everything = _Sentence(set(), set(), set(), set())
    for one in sentences:
        everything.about |= one.about
        everything.words |= one.words
        everything.asks |= one.asks
        everything.needs |= one.needs
        everything.has_question |= one.has_question
    return _reading(code, everything, matters, tuple(_reading(code, one, matters) for one in parts))


def _reading(code: str, said: _Sentence, matters: Matters, parts: tuple[Reading, ...] = ()) -> Reading:
    asks = said.asks - {"how"} if said.asks & _NARROWER else said.asks
    asks = asks - _BROAD or asks
    return Reading(
        code,
        frozenset(said.about),
        frozenset(said.words),
        frozenset(asks),
        frozenset(said.needs),
        said.has_question,
        _sides(said.about | said.needs, matters),
        parts,
    )


def _sides(names: set[str], matters: Matters) -> dict[str, frozenset[str]]:
    """Return of each group of rivals those that are named."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        for group in matters.groups_of.get(name, ()):
            found[group] = found.get(group, frozenset()) | {name}
    return found


def _sentences(words: Words, hits: Hits, kinds: Mapping[str, str]) -> dict[int, _Sentence]:
    """Return the sentences by number, each with the concepts that begin in it."""
    found = {number: _Sentence(set(), set(), set(), set()) for number in dict.fromkeys(words.sentences)}
    for name, places in hits.items():
        for first, _ in places:
            sentence = found[words.sentences[first]]
            kind = kinds[name]
            chosen = {"asks": sentence.asks, "needs": sentence.needs}.get(kind, sentence.about)
            chosen.add(name)
            sentence.has_thing |= kind == "matters"
    return found


def _longest(hits: Hits, kinds: Mapping[str, str]) -> Hits:
    """Return the hits but for those that begin or end a longer phrase of another name ("boarding pass").

    Only a thing swallows a thing ("forgot my password" is still about a password), and only a way of
    asking another ("how long", "how much longer").
    """
    wide = [(*place, name) for name, places in hits.items() for place in places if place[1] > place[0]]
    if not wide:
        return hits
    kept: Hits = {}
    for name, places in hits.items():
        rivals = [one for one in wide if one[2] != name and _swallows(kinds[one[2]], kinds[name])]
        left = [place for place in places if not _is_swallowed(place, rivals)]
        if left:
            kept[name] = left
    return kept


def _swallows(wide: str, other: str) -> bool:
    """Tell whether a longer phrase of one kind hides a shorter one of another kind."""
    if "needs" in (wide, other):
        return False
    if "asks" in (wide, other):
        return wide == other
    return other != "matters" or wide == "matters"


def _is_swallowed(place: tuple[int, int], rivals: list[tuple[int, int, str]]) -> bool:
    first, last = place
    return any(
        (first == start or last == end) and start <= first and last <= end and end - start > last - first
        for start, end, _ in rivals
    )


def _own_words(text: str, words: Words, empty: frozenset[str], *, is_german: bool) -> list[int]:
    """Return the numbers of the words that count; a capital inside a sentence is a name, but in German."""
    head = text[:_HEAD]
    capitals = len(head) - len(_CAPITAL.sub("", head))
    trusts_capitals = not is_german and capitals < _SHOUTED * len(head)
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
