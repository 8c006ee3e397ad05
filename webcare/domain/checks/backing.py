"""Tells which facts support what a draft states: most of its words, its numbers, not its opposite."""

from __future__ import annotations

from collections.abc import Iterable

from webcare.domain.checks.claims import VOCATIVE, Claim
from webcare.domain.checks.finding import GivenFact
from webcare.domain.checks.quantities import Quantity, quantities
from webcare.domain.checks.reading import Reading, Said, Span, contacts, figures, said_by, states
from webcare.domain.checks.support import blank, content, share
from webcare.domain.checks.worded import counted

_ENOUGH = 0.34
_MOSTLY = 0.75
_FEWEST = 2
# How much of a clause's words the facts must have: with a number in common, without, where it names a
# state of affairs that they don't, and without any backing.
_ANCHORED, _HALF, _MORE, _NEARLY_ALL = 0.3, 0.5, 0.51, 0.75


def supporting(
    claim: Claim, left: list[Span], facts: tuple[GivenFact, ...], reading: Reading
) -> list[GivenFact] | None:
    """Return the facts that support a claim and say most of what its clause says; None without them."""
    if not facts:
        return None
    known, anchors = _share(claim, facts, _same_contacts(claim, facts, reading))
    found = backing(claim, left, facts)
    if found is None:
        return _retelling(claim, facts) if known >= _NEARLY_ALL else None
    if anchors and not claim.is_cause:
        return found if known >= _ANCHORED else None
    held = frozenset().union(*(said_by(fact).states for fact in facts))
    least = _MORE if claim.states and not claim.states & held else _HALF
    return found if known >= least else None


def _same_contacts(claim: Claim, facts: tuple[GivenFact, ...], reading: Reading) -> int:
    """Return how many addresses and telephone numbers of a claim's clause the facts give."""
    given = contacts(reading.plain[claim.clause.start : claim.clause.end])
    return sum(each in contacts(" ".join(fact.values)) for each in given for fact in facts) if given else 0


def _share(claim: Claim, facts: tuple[GivenFact, ...], anchors: int) -> tuple[float, int]:
    """Return the share of a claim's words that the facts have, and how many of its numbers."""
    clause = claim.clause
    known = [said_by(fact) for fact in facts]
    numbers = quantities(clause.folded)
    agreed = anchors + sum(any(_gives(fact, one) for fact in facts) for one in numbers)
    held = frozenset().union(*(each.states for each in known))
    named = [(state, span) for state, span in states(clause.folded, clause.language) if state in held]
    spans = [(one.start, one.end) for one in numbers] + [span for _, span in named]
    told = content(blank(clause.folded, spans))
    held_counts = frozenset().union(*(each.counts for each in known))
    agreed += len({number for _, number in counted(clause.folded) & held_counts})
    return share(told, [each.content for each in known], agreed + len(named)), agreed


def _retelling(claim: Claim, facts: tuple[GivenFact, ...]) -> list[GivenFact] | None:
    """Return the facts that give every number of a claim and don't say its opposite; None without them."""
    found = [fact for fact in facts if not opposes(claim, said_by(fact))]
    if any(_miscounts(counted(claim.clause.folded), said_by(fact).counts) for fact in found):
        return None
    is_given = all(any(_gives(fact, one) for fact in found) for one in claim.numbers)
    return found if found and is_given else None


def backing(claim: Claim, left: Iterable[Span], facts: tuple[GivenFact, ...]) -> list[GivenFact] | None:
    """Return the facts that support what is still open of a claim; None when one part has none."""
    open_parts = set(left)
    numbers = [one for one in claim.numbers if (one.start, one.end) in open_parts]
    if any(form.startswith("at ") for one in claim.numbers for form in one.forms):
        # A clock time that a fact gives is today's, unless the fact says otherwise.
        numbers = [one for one in numbers if not one.forms & VOCATIVE]
    fitting = [fact for fact in facts if _fits(claim, said_by(fact))]
    timeless = [fact for fact in fitting if not any(one.kind != "amount" for one in said_by(fact).numbers)]
    if numbers and all(one.forms <= VOCATIVE for one in numbers) and timeless:
        # "We have no rooms tonight" says of today what a fact says of now.
        numbers, fitting = [], timeless
    given: list[GivenFact] = []
    for number in numbers:
        found = [fact for fact in fitting if _gives(fact, number)]
        if not found:
            return None
        given += found
    if given:
        return given
    found = [fact for fact in fitting if _says_the_same(claim, said_by(fact))]
    return found or None


def _gives(fact: GivenFact, number: Quantity) -> bool:
    """Return whether a fact gives this quantity; an amount may stand there without its sign."""
    if any(agree(number, other) for other in said_by(fact).numbers):
        return True
    bare = {form.partition(" ")[2] for form in number.forms} if number.kind == "amount" else set()
    return bool(bare & said_by(fact).figures)


def _fits(claim: Claim, fact: Said) -> bool:
    """Return whether a fact is about the same thing and doesn't say the opposite."""
    if claim.topics and fact.topics - {"you", "thing"} and not claim.topics & fact.topics:
        shared = claim.stems & fact.stems
        if len(shared) < _FEWEST or len(shared) * 2 < len(claim.stems):
            return False
    if ("free", "+") in claim.states - fact.states and any(one.kind == "amount" for one in fact.numbers):
        return False
    if _miscounts(counted(claim.clause.folded), fact.counts):
        return False
    return not opposes(claim, fact)


def opposes(claim: Claim, fact: Said) -> bool:
    """Return whether a fact says the opposite of what a claim says."""
    return any(
        (axis, "-" if sign == "+" else "+") in fact.states and (axis, sign) not in fact.states
        for axis, sign in claim.states
    )


def _miscounts(told: frozenset[tuple[str, float]], known: frozenset[tuple[str, float]]) -> bool:
    """Return whether what a fact counts is told with another number, and never with the right one."""
    same = {word for word, _ in told} & {word for word, _ in known}
    return any(not any(pair in known for pair in told if pair[0] == word) for word in same)


def _says_the_same(claim: Claim, fact: Said) -> bool:
    if claim.is_shape and (claim.stems & fact.stems or figures(claim.clause.folded) & fact.figures):
        return True
    shared = claim.states & fact.states
    if claim.states and not shared and fact.states:
        return overlap(claim.stems, fact, _MOSTLY)
    if shared and (claim.topics & fact.topics or not claim.topics):
        return True
    return overlap(claim.stems, fact)


def agree(one: Quantity, other: Quantity) -> bool:
    """Return whether two quantities may mean the same; with two zones known, the moment decides."""
    moments = [{form for form in each.forms if form.startswith("utc ")} for each in (one, other)]
    if all(moments):
        return bool(moments[0] & moments[1])
    dates = [{form for form in each.forms if form.startswith("on ")} for each in (one, other)]
    if all(dates):
        return bool(dates[0] & dates[1])
    return bool(one.forms & other.forms)


def overlap(told: frozenset[str], fact: Said, enough: float = _ENOUGH) -> bool:
    """Return whether a fact shares a good part of some stems, or they of its own."""
    shared = told & fact.stems
    return bool(shared) and len(shared) / max(1, min(len(told), len(fact.stems))) >= enough
