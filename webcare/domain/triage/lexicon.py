"""Finds phrases in words in one pass: a table of atoms per word, then a bounded walk per phrase."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from webcare.domain.triage.words import Words

EVERY_LANGUAGE = "any"
GAP = ".."
NUMBER = "#"
FLIGHT = "@flight"
LATE = "@late"
_RANGE = re.compile(r"#(\d{1,4})-(\d{1,4})")
_FLIGHT = re.compile(r"[a-z]{2}\d{2,4}")
_LATE = re.compile(r"(?:2[1-3]|0?[0-3])[:.h][0-5]\d")
_LONGEST_NUMBER = 6
_GAP_WORDS = 4
_REMEMBERED = 20_000

Hits = dict[str, list[tuple[int, int]]]


_Rest = tuple[tuple[frozenset[int], int], ...]


class _Entry(NamedTuple):
    """A phrase without its first word: per further word its atoms, and how many words may stand before it."""

    concept: str
    language: str
    rest: _Rest


class _Known(NamedTuple):
    """What a word is: its atoms, the concepts it says alone, and the phrases that may begin with it.

    `followed` goes by an atom of the next word, so that a phrase which fails there costs nothing; of `gapped`
    phrases the second word may stand further away, and `sought` are the atoms of all those words.
    """

    atoms: frozenset[int]
    alone: tuple[str, ...]
    sought: frozenset[int]
    gapped: tuple[_Entry, ...]
    followed: dict[int, list[_Entry]]


class _Atoms:
    """Numbers the distinct atoms (`word`, `stem*`, `*end`, `*part*`, shapes) and knows which a word shows."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.exact: dict[str, int] = {}
        self.stems: dict[int, dict[str, int]] = {}
        self.loose: list[tuple[str, bool, int]] = []
        self.ranges: list[tuple[int, int, int]] = []

    def number(self, atom: str) -> int:
        if atom in self.numbers:
            return self.numbers[atom]
        known = self.numbers[atom] = len(self.numbers)
        core = atom.strip("*")
        span = _RANGE.fullmatch(atom)
        if span is not None:
            self.ranges.append((int(span[1]), int(span[2]), known))
        elif atom.startswith("*"):
            self.loose.append((core, atom.endswith("*"), known))
        elif atom.endswith("*"):
            self.stems.setdefault(len(core), {})[core] = known
        else:
            self.exact[atom] = known
        return known

    @cached_property
    def _is_loose(self) -> re.Pattern[str]:
        """Return what tells at one glance whether any `*end` or `*part*` is in a word; most have none."""
        cores = (re.escape(core) + ("" if anywhere else r"\Z") for core, anywhere, _ in self.loose)
        return re.compile("|".join(cores) or r"(?!)")

    def of(self, word: str) -> frozenset[int]:
        found = [stems[word[:size]] for size, stems in self.stems.items() if word[:size] in stems]
        if word in self.exact:
            found.append(self.exact[word])
        # The shapes of numbers, clock times and flights all end with a digit.
        if word[-1:].isdecimal():
            found += self._shapes(word)
        if self._is_loose.search(word):
            for core, anywhere, known in self.loose:
                if word.endswith(core) or (anywhere and core in word):
                    found.append(known)
        return frozenset(found)

    def _shapes(self, word: str) -> list[int]:
        found = []
        if word.isdecimal() and len(word) <= _LONGEST_NUMBER:
            found = [known for low, high, known in self.ranges if low <= int(word) <= high]
            if NUMBER in self.exact:
                found.append(self.exact[NUMBER])
        elif LATE in self.exact and _LATE.fullmatch(word):
            found.append(self.exact[LATE])
        elif FLIGHT in self.exact and _FLIGHT.fullmatch(word):
            found.append(self.exact[FLIGHT])
        return found


class Lexicon:
    """All phrases of all concepts, compiled.

    Takes concept -> language -> phrases. A phrase is words in a row; each word may be `stem*`, `*end`,
    `*part*`, `#` (a number), `#1-15` (a number in a range), `@flight` (shaped like one), `@late`
    (a clock time from 21:00 to 3:59) or alternatives `a/b/c`; `..` leaves room for up to four other words.
    The walk never goes back, so the time is linear in the number of words. Phrases are folded already.
    """

    def __init__(self, concepts: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        self._atoms = _Atoms()
        self._starts: dict[int, list[_Entry]] = {}
        self._seen: dict[frozenset[str], dict[str, _Known]] = {}
        self._known: dict[tuple[frozenset[int], frozenset[str]], _Known] = {}
        shared: dict[Hashable, Any] = {}
        for concept, languages in concepts.items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    self._add(_Entry(concept, language, ()), phrase, shared)

    def find(self, words: Words, languages: frozenset[str]) -> Hits:
        """Return concept -> the (first, last) word numbers where it is said, in these languages."""
        hits: Hits = {}
        sentences = words.sentences
        seen = self._seen.setdefault(languages, {})
        known = [seen.get(word) or self._look(word, languages) for word in words.folded]
        atoms = [word[0] for word in known]
        present = frozenset().union(*atoms)
        last = len(atoms) - 1
        for at, (_, alone, sought, gapped, followed) in enumerate(known):
            for concept in alone:
                hits.setdefault(concept, []).append((at, at))
            found = _gapped(gapped, atoms, sentences, at) if gapped and not sought.isdisjoint(present) else ()
            if at < last and not followed.keys().isdisjoint(atoms[at + 1]):
                found = [*found, *_followed(followed, atoms, sentences, at)]
            for concept, end in found:
                hits.setdefault(concept, []).append((at, end))
        return hits

    def _add(self, entry: _Entry, phrase: str, shared: dict[Hashable, Any]) -> None:
        """Add a phrase; of equal parts (atoms of a word, ends of phrases) only one is kept, in `shared`."""
        elements: list[tuple[frozenset[int], int]] = []
        gap = 0
        for part in phrase.split():
            if part == GAP:
                gap = _GAP_WORDS
                continue
            atoms = frozenset(self._atoms.number(atom) for atom in part.split("/"))
            element = (shared.setdefault(atoms, atoms), gap)
            elements.append(shared.setdefault(element, element))
            gap = 0
        rest = tuple(elements[1:])
        entry = entry._replace(rest=shared.setdefault(rest, rest))
        entry = shared.setdefault(entry, entry)
        for atom in elements[0][0]:
            self._starts.setdefault(atom, []).append(entry)

    def _look(self, word: str, languages: frozenset[str]) -> _Known:
        if sum(map(len, self._seen.values())) >= _REMEMBERED:
            for seen in self._seen.values():
                seen.clear()
        atoms = self._atoms.of(word)
        known = self._known.get((atoms, languages))
        if known is None:
            # Far fewer sets of atoms than words: words that show the same atoms share one value.
            known = self._known[atoms, languages] = self._sorted_out(atoms, languages)
        self._seen[languages][word] = known
        return known

    def _sorted_out(self, atoms: frozenset[int], languages: frozenset[str]) -> _Known:
        alone: dict[str, None] = {}
        followed: dict[int, list[_Entry]] = {}
        gapped: list[_Entry] = []
        for entry in chain.from_iterable(self._starts.get(atom, ()) for atom in sorted(atoms)):
            if entry.language not in languages and entry.language != EVERY_LANGUAGE:
                continue
            if not entry.rest:
                alone[entry.concept] = None
            elif entry.rest[0][1]:
                gapped.append(entry)
            else:
                for second in entry.rest[0][0]:
                    followed.setdefault(second, []).append(entry)
        sought = frozenset().union(*(entry.rest[0][0] for entry in gapped))
        return _Known(atoms, tuple(alone), sought, tuple(gapped), followed)


def _gapped(
    entries: tuple[_Entry, ...], atoms: list[frozenset[int]], sentences: list[int], at: int
) -> list[tuple[str, int]]:
    """Return concept and last word of the phrases that begin at `at` and go on a few words further."""
    end = bisect_right(sentences, sentences[at], at)
    near = frozenset().union(*atoms[at + 1 : min(at + 2 + _GAP_WORDS, end)])
    return [
        (concept, last)
        for concept, _, rest in entries
        if not rest[0][0].isdisjoint(near) and (last := _walk(rest, atoms, at, end)) >= 0
    ]


def _followed(
    entries: dict[int, list[_Entry]], atoms: list[frozenset[int]], sentences: list[int], at: int
) -> list[tuple[str, int]]:
    """Return concept and last word of the phrases that begin at `at` and go on with the next word."""
    if sentences[at + 1] != sentences[at]:
        return []
    found = []
    for atom in atoms[at + 1]:
        for concept, _, rest in entries.get(atom, ()):
            last = at + 1
            if len(rest) > 1:
                last = _walk(rest[1:], atoms, last, bisect_right(sentences, sentences[at], at))
            if last >= 0:
                found.append((concept, last))
    return found


def _walk(rest: _Rest, atoms: list[frozenset[int]], here: int, end: int) -> int:
    """Return the number of the last word of a phrase, `rest` of which follows after word `here`, or -1."""
    for wanted, gap in rest:
        for there in range(here + 1, min(here + 2 + gap, end)):
            if not wanted.isdisjoint(atoms[there]):
                here = there
                break
        else:
            return -1
    return here
