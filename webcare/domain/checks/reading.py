"""Reads a draft once for all checks: folded text, clauses, what is locked, and what its facts say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from webcare.domain.checks.clauses import Clause, clauses, languages_of
from webcare.domain.checks.finding import CheckedDraft, GivenFact
from webcare.domain.checks.folding import fold
from webcare.domain.checks.phrases import phrases, synonyms
from webcare.domain.checks.quantities import Quantity, quantities
from webcare.domain.checks.support import content
from webcare.domain.checks.worded import counted

Span = tuple[int, int]
State = tuple[str, str]

_WORD = re.compile(r"[^\W_]+")
_TRIM = " \t\n.,;:!?\"'()"
_STEM = 5
_SHORTEST = 3
_NEAR = 40
WEB_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S{0,2000}[^\s.,;:!?)\]]"
    r"|(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,4}(?:example|com|nl|org|net|eu|de|fr|es|be|uk|io|app"
    r"|info)/\S{0,2000}[^\s.,;:!?)\]]",
    re.IGNORECASE,
)
_FREE = frozenset(
    {"free", "free of charge", "gratis", "kosteloos", "kostenlos", "kostenfrei", "gratuit", "gratuito"}
)
_DENIED_LAST = re.compile(r"\b(?:niet|nicht)(?: (?:meer|mehr|door))?\W*$")
_DENIED_AFTER = re.compile(
    r"\s(?:(?!(?:en|maar|und|aber|and|but|so|if|when|als|wenn)\b)[^\s,;]+\s){0,4}?(?:niet|nicht|geen|keine?n?|not)\b"
)
_FIGURE = re.compile(r"(?<![\d.,:/-])\d{2,6}(?:[.,]\d\d)?(?![\d:/-]|[.,]\d)")
_BLANK = "\u00b7"
_INITIALS = re.compile(r"(?<!\S)\^[a-z]{2,3}(?!\w)")
BEARS = re.compile(
    r"(?<![\w.+@-])(?:[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|(?:https?://"
    r"|www\.)?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?:/[\w./?=&%-]{0,200})?"
    r"|\+?\d[\d\s()/-]{5,18}\d)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a piece of text says, its language left behind: topics, states, numbers, stems of words."""

    topics: frozenset[str]
    states: frozenset[State]
    numbers: tuple[Quantity, ...]
    stems: frozenset[str]
    counts: frozenset[tuple[str, float]] = frozenset()
    figures: frozenset[str] = frozenset()
    content: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """A draft, read: everything the checks look at."""

    draft: CheckedDraft

    @cached_property
    def plain(self) -> str:
        """Return the text in lower case without accents."""
        return fold(self.draft.text)

    @cached_property
    def folded(self) -> str:
        """Return the plain text with addresses of pages and locked wording blanked out."""
        folded = WEB_ADDRESS.sub(lambda found: _BLANK * len(found[0]), self.plain)
        # Who signs ends what was said, with a full stop or without.
        folded = _INITIALS.sub(lambda found: "\n" * len(found[0]), folded)
        for words in self.draft.locked:
            for start, end in places(self.plain, words):
                folded = folded[:start] + " " * (end - start) + folded[end:]
        return folded

    @cached_property
    def clauses(self) -> list[Clause]:
        """Return the clauses in order."""
        return clauses(self.folded, self.draft.language)

    @cached_property
    def language(self) -> str:
        """Return the language that the draft is in, mostly."""
        return languages_of(self.folded, self.draft.language)

    def quoted(self, facts: tuple[GivenFact, ...]) -> list[Span]:
        """Return where the draft says the very words of one of these facts."""
        return [span for fact in facts for words in fact.values for span in places(self.plain, words)]


def is_valid(fact: GivenFact) -> bool:
    """Return whether a reply may rest on this fact now."""
    return fact.status in {"confirmed", "likely"} and not fact.is_expired


def places(folded: str, words: str) -> list[Span]:
    """Return where some words stand in a folded text, white space and marks at their ends aside."""
    plain = _plain(words)
    if not plain:
        return []
    return [found.span() for found in re.finditer(plain, folded)]


@lru_cache(maxsize=2048)
def _plain(words: str) -> str:
    parts = fold(words).strip(_TRIM).split()
    joined = r"\s+".join(map(re.escape, parts))
    return rf"(?<!\w){joined}(?!\w)" if joined else ""


@lru_cache(maxsize=2048)
def said_by(fact: GivenFact) -> Said:
    """Return what a fact says, in all its languages and by its key."""
    named = said(" ".join(re.split(r"[\W_]+", fold(fact.key))), "en")
    found = [said(fold(words), languages_of(fold(words), None)) for words in fact.values]
    return Said(
        topics=named.topics.union(*(each.topics for each in found)),
        states=frozenset().union(*(each.states for each in found)),
        numbers=tuple(number for each in found for number in each.numbers),
        stems=named.stems.union(*(each.stems for each in found)),
        counts=frozenset().union(*(counted(fold(words)) for words in fact.values)),
        figures=frozenset().union(*(figures(fold(words)) for words in fact.values)),
        content=content(" ".join((re.sub(r"[\W_]+", " ", fold(fact.key)), *map(fold, fact.values)))),
    )


def said(folded: str, language: str) -> Said:
    """Return what a piece of folded text says."""
    return Said(
        topics=topics(folded, language),
        states=frozenset(state for state, _ in states(folded, language)),
        numbers=quantities(folded),
        stems=stems(folded, language),
    )


def figures(folded: str) -> frozenset[str]:
    """Return the numbers of two digits and more in a folded text, whatever they count."""
    return frozenset(f"{float(found[0].replace(',', '.')):g}" for found in _FIGURE.finditer(folded))


@lru_cache(maxsize=4096)
def topics(folded: str, language: str) -> frozenset[str]:
    """Return what a piece of text is about."""
    words = phrases(language)
    return frozenset(name for name in words.topics if words.has(f"topic {name}", folded))


@lru_cache(maxsize=4096)
def states(folded: str, language: str) -> tuple[tuple[State, Span], ...]:
    """Return the states of affairs that a piece of text names, turned around where it denies them."""
    words = phrases(language)
    is_denied = _DENIED_LAST.search(folded) is not None and ". " not in folded and ", " not in folded
    found = []
    for name in words.states:
        for match in words.every(name, folded):
            before = folded[max(0, match.start() - _NEAR) : match.start()]
            after = folded[match.end() : match.end() + _NEAR]
            denied = not words.has("negation", match[0]) and (
                is_denied or words.has("negation", before) or _DENIED_AFTER.match(after)
            )
            is_plain = name[:-1] != "free" or match[0] in _FREE
            sign = name[-1] if not (denied and is_plain) else "-" if name[-1] == "+" else "+"
            found.append(((name[:-1], sign), match.span()))
    return tuple(found)


@lru_cache(maxsize=4096)
def stems(folded: str, language: str) -> frozenset[str]:
    """Return the beginnings of the words that carry meaning, one for all that mean the same."""
    same = synonyms(_STEM)
    small = phrases(language).small_words
    return frozenset(
        same.get(word[:_STEM], word[:_STEM])
        for word in _WORD.findall(folded)
        if len(word) >= _SHORTEST and word not in small and not word.isdigit()
    )


@lru_cache(maxsize=2048)
def contacts(text: str) -> frozenset[str]:
    """Return the addresses and telephone numbers in a text, in one notation."""
    return frozenset(contact(found[0]) for found in BEARS.finditer(fold(text)))


def contact(words: str) -> str:
    """Return an address or a telephone number in one notation."""
    folded = fold(words)
    if any(map(str.isalpha, folded)):
        return re.sub(r"^(?:https?://)?(?:www\.)?", "", folded).rstrip("/.,")
    digits = re.sub(r"\D", "", folded)
    return re.sub(r"^(?:00)?31", "0", digits) if folded.lstrip().startswith(("+31", "0031")) else digits
