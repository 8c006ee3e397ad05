"""Finds phrases in words in one pass: a table of atoms per word, then a bounded walk per phrase."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
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
# Stems are kept by their first letters, so that a word is held against a few of them only.
_HEAD = 3
_REMEMBERED = 20_000

Hits = dict[str, list[tuple[int, int]]]


_Rest = tuple[tuple[frozenset[int], int], ...]


class _Entry(NamedTuple):
    """A phrase without its first word: per further word its atoms, and how many words may stand before it."""

    concept: str
    language: str
    rest: _Rest


class _Beginning(NamedTuple):
    """The phrases of all languages that may begin with a word: said by it alone, followed, gapped.

    `followed` goes by an atom of the next word, so that a phrase which fails there costs nothing; `nexts` are
    all those atoms. Of `gapped` phrases the second word may stand further away; `sought` are its atoms.
    """

    alone: tuple[_Entry, ...]
    nexts: frozenset[int]
    followed: dict[int, list[_Entry]]
    sought: frozenset[int]
    gapped: tuple[_Entry, ...]


class _Known(NamedTuple):
    """What a word is: its atoms, and the phrases that begin with it; None when it begins none."""

    atoms: frozenset[int]
    beginning: _Beginning | None


class _Atoms:
    """Numbers the distinct atoms (`word`, `stem*`, `*end`, `*part*`, shapes) and knows which a word shows."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.exact: dict[str, int] = {}
        self.stems: dict[str, list[tuple[str, int]]] = {}
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
            self.stems.setdefault(core[:_HEAD], []).append((core, known))
        else:
            self.exact[atom] = known
        return known

    @cached_property
    def _is_loose(self) -> re.Pattern[str]:
        """Return what tells at one glance whether any `*end` or `*part*` is in a word; most have none."""
        cores = (re.escape(core) + ("" if anywhere else r"\Z") for core, anywhere, _ in self.loose)
        return re.compile("|".join(cores) or r"(?!)")

    def of(self, word: str) -> frozenset[int]:
        found = [
            known
            for size in range(1, _HEAD + 1)
            for stem, known in self.stems.get(word[:size], ())
            if word.startswith(stem)
        ]
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
        self._seen: dict[str, _Known] = {}
        self._known: dict[frozenset[int], _Known] = {}
        shared: dict[Hashable, Any] = {}
        for concept, languages in concepts.items():
            for language, phrases in languages.items():
                for phrase in phrases:
                    self._add(_Entry(concept, language, ()), phrase, shared)

    def find(self, words: Words, languages: frozenset[str]) -> Hits:
        """Return concept -> the (first, last) word numbers where it is said, in these languages."""
        hits: Hits = {}
        seen, spoken = self._seen, languages | {EVERY_LANGUAGE}
        known = [seen.get(word) or self._look(word) for word in words.folded]
        atoms = [word[0] for word in known]
        text = _Read(atoms, words.sentences, spoken)
        atoms.append(frozenset())
        for at, (_, beginning) in enumerate(known):
            if beginning is None:
                continue
            alone, nexts, followed, sought, gapped = beginning
            here = (at, at)
            for concept, language, _ in alone:
                if language in spoken:
                    places = hits.setdefault(concept, [])
                    if not places or places[-1] != here:
                        places.append(here)
            if gapped and not sought.isdisjoint(frozenset().union(*atoms[at + 1 : at + 2 + _GAP_WORDS])):
                text.note(gapped, at, hits)
            following = atoms[at + 1]
            if not nexts.isdisjoint(following):
                for atom in following:
                    text.note(followed.get(atom, ()), at, hits)
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

    def _look(self, word: str) -> _Known:
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        atoms = self._atoms.of(word)
        known = self._known.get(atoms)
        if known is None:
            # Far fewer sets of atoms than words: words that show the same atoms share one value.
            known = self._known[atoms] = _Known(atoms, self._beginning(atoms))
        self._seen[word] = known
        return known

    def _beginning(self, atoms: frozenset[int]) -> _Beginning | None:
        entries = [entry for atom in sorted(atoms) for entry in self._starts.get(atom, ())]
        if not entries:
            return None
        followed: dict[int, list[_Entry]] = {}
        gapped: list[_Entry] = []
        for entry in entries:
            if entry.rest and entry.rest[0][1]:
                gapped.append(entry)
            elif entry.rest:
                for second in entry.rest[0][0]:
                    followed.setdefault(second, []).append(entry)
        sought = frozenset().union(*(entry.rest[0][0] for entry in gapped))
        alone = tuple(entry for entry in entries if not entry.rest)
        return _Beginning(alone, frozenset(followed), followed, sought, tuple(gapped))


class _Read(NamedTuple):
    """A text as phrases are looked for in it: per word the atoms and the sentence, and the languages."""

    atoms: list[frozenset[int]]
    sentences: list[int]
    spoken: frozenset[str]

    def note(self, entries: Iterable[_Entry], at: int, hits: Hits) -> None:
        """Add to `hits` which of these phrases, that begin at word `at`, are said."""
        end = bisect_right(self.sentences, self.sentences[at], at)
        for concept, language, rest in entries:
            if language in self.spoken:
                last = self._last(rest, at, end)
                if last >= 0:
                    hits.setdefault(concept, []).append((at, last))

    def _last(self, rest: _Rest, here: int, end: int) -> int:
        """Return the number of the last word of a phrase, `rest` of which follows after `here`, or -1."""
        for wanted, gap in rest:
            for there in range(here + 1, min(here + 2 + gap, end)):
                if not wanted.isdisjoint(self.atoms[there]):
                    here = there
                    break
            else:
                return -1
        return here
