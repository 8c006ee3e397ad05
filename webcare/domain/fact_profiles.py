"""Knows what tells one fact from the others in force: its numbers, its addresses and its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from webcare.domain import fact_marks
from webcare.domain.checks import reading
from webcare.domain.checks.clauses import clauses, languages_of
from webcare.domain.checks.folding import fold
from webcare.domain.checks.quantities import Quantity
from webcare.domain.checks.reading import State, states, topics

FEWEST = 2
# Said of every topic and every message: they tell no fact from another.
NOBODYS = frozenset({"thing", "you"})
ANY_DAY = frozenset({"today", "tonight", "tomorrow", "after", "weekend", "this week", "next week"})
# Words that agents choose for one another, and that the checks have no need to hold for the same.
_SAME = (
    "rebook rebooking omboeken omgeboekt omboeking umbuchen umbuchung umgebucht move moved switch swap",
    "free cost costs charge charged kost kostet coute coutera cuesta",
    "pays paid betaal betaalt betalen zahlen zahlt payer payez pagar",
    "decision decide decides decided besluit besluiten beslist beslissing entscheidung entscheiden decidir",
    "medical medicine medicines medisch medicijnen insulin insuline doctor dokter medikamente medizin",
    "children child kids kind kinderen dochter zoon daughter minor minors enfant nino ninos kinder",
    "started start starts began begin begins begon begonnen gestart begonn commence empezo",
    "telephone phone call ring bellen telefoon",
    "update updates news nieuws",
    "meals meal food eten maaltijd maaltijden eating lunch dinner",
    "buses bussen coach coaches autobus autobuses",
    "discount korting rabatt remise descuento",
    "bill bills invoice invoices rekening factuur rechnung facture factura",
)
_STEM = 5
_AS = {word[:_STEM]: words.split()[0][:_STEM] for words in _SAME for word in words.split()}
_SMALL = (
    "moment people mensen page pagina zone tijdzone which where there when until still more much many",
    "then than that your ours onze alle welke welk waar wanneer hoeveel hoelang should moeten status",
    "number nummer whether after before from other another andere asks what whole hele zoals have heeft",
    "hebben nodig need needs must only with without zonder voor naar over they their them niet geen again",
    "weer customers klanten tell told message bericht here hier this these those deze every each some",
    "will would could does doesn long jullie wordt worden says zegt goes gaat kunnen take takes neem",
    "neemt minimal least minstens current",
)
_GENERAL = frozenset(word[:_STEM] for line in _SMALL for word in line.split())


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact in force: its key and version, what it says in each language, and words on what it is about."""

    key: str
    version: int
    said: tuple[tuple[str, str], ...]
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What makes a fact known: its own numbers and addresses, and the words that go with it."""

    contacts: frozenset[str]
    numbers: tuple[Quantity, ...]
    forms: frozenset[str]
    values: tuple[frozenset[str], ...]
    quotes: tuple[str, ...]
    stems: frozenset[str]
    topics: frozenset[str]
    states: frozenset[State]


@lru_cache(maxsize=64)
def board(facts: tuple[KnownFact, ...]) -> tuple[tuple[Profile, ...], frozenset[str]]:
    """Return the profiles of facts, and the words that so many of them share that they tell none of them."""
    profiles = tuple(map(_profile, facts))
    counts = Counter(name for each in profiles for name in each.stems | each.topics)
    most = max(3, len(profiles) // 3)
    return profiles, frozenset(name for name, count in counts.items() if count > most)


@lru_cache(maxsize=1024)
def _profile(fact: KnownFact) -> Profile:
    folded = [fold(words) for _, words in fact.said if words.strip()]
    every = (one for each in folded for one in fact_marks.numbers(each))
    numbers = tuple(one for one in every if not one.forms <= ANY_DAY)
    values = tuple(map(_words, folded))
    named = fold(fact.key).replace("_", " ").replace("-", " ").replace(".", " ")
    about = [named, *(fold(each) for each in fact.about)]
    whole = [*folded, *about]
    return Profile(
        contacts=frozenset(name for each in folded for name in fact_marks.contacts(each)),
        numbers=numbers,
        forms=frozenset().union(*(one.forms for one in numbers)),
        values=(*values, *map(_main, folded)),
        quotes=tuple(each for each, words in zip(folded, values, strict=True) if _is_telling(each, words)),
        stems=frozenset().union(*values, *map(_words, about)),
        topics=frozenset().union(*(topics(each, languages_of(each, None)) for each in whole)) - NOBODYS,
        states=frozenset().union(*(_states(each) for each in folded)),
    )


def _words(folded: str) -> frozenset[str]:
    return stems(blanked(folded, fact_marks.numbers(folded)), languages_of(folded, None))


def stems(folded: str, language: str) -> frozenset[str]:
    """Return the beginnings of the words that carry meaning, one for all that mean the same."""
    return frozenset(_AS.get(each, each) for each in reading.stems(folded, language)) - _GENERAL


def _main(folded: str) -> frozenset[str]:
    """Return the words of what a fact says first, without its conditions, when they can stand for it."""
    first = next(iter(clauses(folded, None)), None)
    words = _words(first.folded) if first is not None else frozenset()
    return words if len(words) >= FEWEST else frozenset()


def _states(folded: str) -> frozenset[State]:
    return frozenset(state for state, _ in states(folded, languages_of(folded, None)))


def _is_telling(folded: str, words: frozenset[str]) -> bool:
    """Return whether these very words can only mean this fact: "open" or "15:00" could mean any."""
    numbers = fact_marks.numbers(folded)
    return len(words) + len(numbers) >= FEWEST


def blanked(folded: str, numbers: Iterable[Quantity]) -> str:
    """Return a text without its numbers and addresses, whose parts are no words."""
    for start, end in (*((one.start, one.end) for one in numbers), *fact_marks.contacts(folded).values()):
        folded = folded[:start] + " " * (end - start) + folded[end:]
    return folded
