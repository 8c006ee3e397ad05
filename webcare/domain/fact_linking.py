"""Finds the facts that a free text states, in whatever words, so that a correction reaches who was told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from webcare.domain import fact_marks
from webcare.domain.checks.claims import Claim, claims
from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.finding import CheckedDraft
from webcare.domain.checks.number_words import MONTHS
from webcare.domain.checks.quantities import Quantity
from webcare.domain.checks.reading import Reading, Span, State, places, states, topics
from webcare.domain.fact_profiles import ANY_DAY, FEWEST, NOBODYS, KnownFact, Profile, blanked, board, stems

# Too many links cost somebody a needless correction, too few leave somebody with something wrong.
_ENOUGH = 1.0
_DOUBT = 1.0
_BESIDE = 0.5
_COMMON = 0.7
_MOSTLY, _NEARLY_ALL = 0.6, 0.8
_SHORT = 60
_ORDINAL, _MONTH = re.compile(r"(?<!\d)\d{1,2}\.$"), re.compile(MONTHS)
# What the checks make no claim of, so that it can't be told whether it is one.
_UNWEIGHED = frozenset({"count", "date", "hour"})
_DAYS = ("date", "day")


@dataclass(frozen=True, slots=True)
class Link:
    """A fact that a text states, in which version, and where (start, end in characters)."""

    key: str
    version: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class _Piece:
    """One sentence, read: its numbers, its words without them, and how it is said."""

    clauses: tuple[Clause, ...]
    start: int
    end: int
    folded: str
    numbers: tuple[Quantity, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Return the beginnings of its words that carry meaning, numbers left out."""
        own = [one._replace(start=one.start - self.start, end=one.end - self.start) for one in self.numbers]
        return stems(blanked(self.folded, own), self.clauses[0].language)

    @cached_property
    def topics(self) -> frozenset[str]:
        """Return what it is about."""
        return topics(self.folded, self.clauses[0].language) - NOBODYS

    @cached_property
    def states(self) -> frozenset[State]:
        """Return the states of affairs that it names."""
        return frozenset(state for state, _ in states(self.folded, self.clauses[0].language))

    @cached_property
    def asks(self) -> bool:
        """Return whether it is a question."""
        return any("question" in each.moods for each in self.clauses)

    @cached_property
    def is_unsure(self) -> bool:
        """Return whether it says that something isn't known."""
        return any("ignorance" in each.moods for each in self.clauses)


def links(text: str, language: str | None, facts: Sequence[KnownFact]) -> tuple[Link, ...]:
    """Return the facts that a text states, in the order given; `language` is a code, None to recognise it.

    A fact is stated when its very words, its address or its telephone number stand in the text; when a
    time, date, amount or count of it stands by a word that says what it is about; or when a sentence says
    most of what it says. Never raises.
    """
    reading = Reading(CheckedDraft(text=text, language=language))
    profiles, common = board(tuple(facts))
    pieces = list(_pieces(reading))
    given = fact_marks.contacts(reading.plain)
    found = []
    for fact, profile in zip(facts, profiles, strict=True):
        spans = [span for name, span in given.items() if name in profile.contacts]
        spans += [span for words in profile.quotes for span in _quoted(reading, words)]
        spans += _told(reading, pieces, (profile, common))
        spans = [span for span in spans if not _is_taken_back(pieces, span)]
        if spans:
            found.append(Link(fact.key, fact.version, tuple(sorted(dict.fromkeys(spans)))))
    return tuple(found)


def _quoted(reading: Reading, words: str) -> list[Span]:
    # Most facts aren't quoted: their first word settles that sooner than a search.
    return places(reading.plain, words) if words.split(maxsplit=1)[0] in reading.plain else []


def _pieces(reading: Reading) -> Iterator[_Piece]:
    numbers = fact_marks.numbers(reading.folded)
    by_sentence: list[list[Clause]] = []
    for clause in reading.clauses:
        last = by_sentence[-1] if by_sentence else []
        # A German date ("30. April") holds a full stop that ends no sentence.
        if last and (last[-1].sentence == clause.sentence or _is_cut(last[-1], clause)):
            last.append(clause)
        else:
            by_sentence.append([clause])
    for each in by_sentence:
        start, end = each[0].start, each[-1].end
        yield _Piece(tuple(each), start, end, reading.folded[start:end], _within(numbers, start, end))


def _within(numbers: Iterable[Quantity], start: int, end: int) -> tuple[Quantity, ...]:
    return tuple(one for one in numbers if start <= one.start and one.end <= end)


def _is_cut(before: Clause, after: Clause) -> bool:
    return _ORDINAL.search(before.folded) is not None and _MONTH.match(after.folded) is not None


def _is_taken_back(pieces: list[_Piece], span: Span) -> bool:
    """Return whether what is said there is quoted as a mistake: "We told you X. That was wrong."."""
    for place, piece in enumerate(pieces[:-1]):
        after = pieces[place + 1]
        if piece.start <= span[0] < piece.end and len(after.folded) <= _SHORT and not after.numbers:
            both = (piece, after)
            if all(any("correction" in each.moods for each in one.clauses) for one in both):
                return True
    return False


def _told(reading: Reading, pieces: list[_Piece], known: tuple[Profile, frozenset[str]]) -> Iterator[Span]:
    """Yield where a fact is said in other words, by its numbers or by most of its words."""
    fact, common = known
    scores = [_score(each, fact, common) for each in pieces]
    for place, piece in enumerate(pieces):
        same = [one for one in piece.numbers if not one.forms.isdisjoint(fact.forms)]
        if same and _says_another_day(piece, fact):
            same = [one for one in same if one.kind == "amount"]
        beside = max((0.0, *scores[max(0, place - 1) : place], *scores[place + 1 : place + 2])) if same else 0
        are_two = len({one.kind for one in same}) > 1
        for one in same:
            score = scores[place] + are_two + (0.0 if one.kind == "count" else beside * _BESIDE)
            needed = _ENOUGH + _DOUBT * piece.asks
            if score >= needed and (score >= needed + _DOUBT or _is_ours(reading, one)):
                yield one.start, one.end
        if not same and not piece.asks and not _has_another(piece, fact) and _is_retold(piece, fact, common):
            yield piece.start, piece.end


def _is_ours(reading: Reading, number: Quantity) -> bool:
    """Return whether a number is claimed by us: the time of their own flight and of their letter isn't."""
    if number.kind in _UNWEIGHED:
        return True
    return any(
        number.start < one.end and one.start < number.end
        for claim in _claims(reading)
        for one in claim.numbers
    )


@lru_cache(maxsize=4)
def _claims(reading: Reading) -> tuple[Claim, ...]:
    return tuple(claims(reading))


def _says_another_day(piece: _Piece, fact: Profile) -> bool:
    """Return whether both name a day and none is the same: 12:00 on Friday isn't 12:00 on Saturday."""
    for kind in _DAYS:
        here = [one for one in piece.numbers if one.kind == kind and not one.forms <= ANY_DAY]
        there = [one for one in fact.numbers if one.kind == kind]
        if here and there and all(one.forms.isdisjoint(other.forms) for one in here for other in there):
            return True
    return False


def _has_another(piece: _Piece, fact: Profile) -> bool:
    """Return whether a sentence gives another value where the fact gives one; none of them agree."""
    kinds = {one.kind for one in fact.numbers}
    return any(one.kind in kinds and not one.forms <= ANY_DAY for one in piece.numbers)


def _score(piece: _Piece, fact: Profile, common: frozenset[str]) -> float:
    """Return how much a sentence is about what a fact is about: 1 for one telling word in common."""
    words = _sum(piece.words & fact.stems, common)
    about = _sum(piece.topics & fact.topics, common)
    if not words and not about:
        return 0.0
    same = 0.5 if piece.states & fact.states else 0.0
    return words + (about * 0.5 if words else about) + same


def _sum(names: frozenset[str], common: frozenset[str]) -> float:
    return len(names - common) + _COMMON * len(names & common) if names else 0.0


def _is_retold(piece: _Piece, fact: Profile, common: frozenset[str]) -> bool:
    """Return whether a sentence says most of a fact's words, and nothing against it."""
    own = (piece.topics & fact.topics) - common
    if len(piece.words & fact.stems) < FEWEST and not (own and fact.states):
        return False
    is_plain = not (piece.is_unsure or piece.numbers or _contradicts(piece, fact))
    for words in fact.values:
        shared = piece.words & words
        enough = len(words) * (_MOSTLY if is_plain else _NEARLY_ALL)
        if len(shared) >= max(FEWEST, enough) and _sum(shared, common) >= _ENOUGH:
            return True
    return is_plain and bool(own and piece.states & fact.states) and not fact.numbers


def _contradicts(piece: _Piece, fact: Profile) -> bool:
    return bool(fact.states) and any(
        (axis, "-" if sign == "+" else "+") in fact.states and (axis, sign) not in fact.states
        for axis, sign in piece.states
    )
