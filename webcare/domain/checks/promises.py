"""Weighs what a draft states against the facts it was given: unbacked, expired, retracted, guessed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webcare.domain.checks.causes import guesses
from webcare.domain.checks.claims import VOCATIVE, Claim, claims
from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.finding import Finding, GivenFact, Mend
from webcare.domain.checks.quantities import Quantity, quantities
from webcare.domain.checks.reading import (
    BEARS,
    Reading,
    Said,
    Span,
    contact,
    contacts,
    figures,
    is_valid,
    said,
    said_by,
    states,
    stems,
)
from webcare.domain.checks.support import blank, content, share
from webcare.domain.checks.worded import counted

_ENOUGH = 0.34
_MOSTLY = 0.75
_FEWEST = 2
_RETOLD = 0.6
# How much of a clause's words the facts must have: with a number in common, without, without any backing.
_ANCHORED, _HALF, _NEARLY_ALL = 0.3, 0.5, 0.75
_QUIET = frozenset({"question", "correction", "customer", "ignorance", "condition"})
_HONEST = {
    "en": "We don't know that yet.",
    "nl": "Dat weten we nog niet.",
    "de": "Das wissen wir noch nicht.",
    "fr": "Nous ne le savons pas encore.",
    "es": "Todavía no lo sabemos.",
}


def find_promises(reading: Reading) -> Iterator[Finding]:
    """Yield what the draft states without a valid fact, or on a fact that no longer holds."""
    facts = reading.draft.facts
    valid = tuple(fact for fact in facts if is_valid(fact))
    stale = tuple(fact for fact in facts if fact.is_expired or fact.status == "retracted")
    quoted = reading.quoted(valid)
    taken: list[Span] = []
    for finding in (
        *_quotes(reading, stale, quoted),
        *_weighed(reading, valid, stale),
        *_retold(reading, valid, stale),
    ):
        span = finding.start, finding.end
        if not any(start < span[1] and span[0] < end for start, end in taken):
            taken.append(span)
            yield finding


def find_guesses(reading: Reading) -> Iterator[Finding]:
    """Yield guesses at a cause that no valid fact states."""
    valid = tuple(fact for fact in reading.draft.facts if is_valid(fact))
    for clause, (start, end) in guesses(reading):
        told = stems(clause.folded, clause.language)
        if any(_overlap(told, said_by(fact)) for fact in valid):
            continue
        yield Finding(
            "speculation_on_cause",
            "block",
            start,
            end,
            "This guesses at the cause. Say only a cause that a confirmed fact states, or that "
            "it is not known yet.",
            _honest(reading, clause),
        )


def _weighed(
    reading: Reading, valid: tuple[GivenFact, ...], stale: tuple[GivenFact, ...]
) -> Iterator[Finding]:
    quoted = {fact: reading.quoted((fact,)) for fact in valid}
    guessed = [span for _, span in guesses(reading)]
    for claim in claims(reading):
        left = _left(claim, [span for spans in quoted.values() for span in spans])
        backing = (
            _supporting(claim, left, valid, reading)
            if left
            else [f for f, spans in quoted.items() if _covers(spans, claim)]
        )
        start, end = claim.span
        if backing is not None:
            if backing and not claim.is_hedged and all(fact.status == "likely" for fact in backing):
                yield _likely(backing[0], start, end)
            continue
        old = _backing(claim, claim.parts, stale) if stale else None
        if old and "ignorance" not in claim.clause.moods:
            yield _outdated(old[0], start, end)
        elif not claim.is_hedged and not (claim.is_cause and any(start < e and s < end for s, e in guessed)):
            yield _unbacked(reading, claim)


def _left(claim: Claim, quoted: Iterable[Span]) -> list[Span]:
    """Return the parts of a claim that aren't said in the very words of a valid fact."""
    spans = list(quoted)
    return [
        part for part in claim.parts if not any(start <= part[0] and part[1] <= end for start, end in spans)
    ]


def _covers(spans: Iterable[Span], claim: Claim) -> bool:
    return any(start < claim.span[1] and claim.span[0] < end for start, end in spans)


def _supporting(
    claim: Claim, left: list[Span], facts: tuple[GivenFact, ...], reading: Reading
) -> list[GivenFact] | None:
    """Return the facts that support a claim and say most of what its clause says; None without them."""
    if not facts:
        return None
    known, anchors = _share(claim, facts, _same_contacts(claim, facts, reading))
    backing = _backing(claim, left, facts)
    if backing is None:
        return _retelling(claim, facts) if known >= _NEARLY_ALL else None
    least = _ANCHORED if anchors and not claim.is_cause else _HALF
    return backing if known >= least else None


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
    return share(told, [each.content for each in known], agreed + len(named)), agreed


def _retelling(claim: Claim, facts: tuple[GivenFact, ...]) -> list[GivenFact] | None:
    """Return the facts that give every number of a claim and don't say its opposite; None without them."""
    found = [fact for fact in facts if not _opposes(claim, said_by(fact))]
    if any(_miscounts(counted(claim.clause.folded), said_by(fact).counts) for fact in found):
        return None
    is_given = all(any(_gives(fact, one) for fact in found) for one in claim.numbers)
    return found if found and is_given else None


def _backing(claim: Claim, left: Iterable[Span], facts: tuple[GivenFact, ...]) -> list[GivenFact] | None:
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
    backing: list[GivenFact] = []
    for number in numbers:
        found = [fact for fact in fitting if _gives(fact, number)]
        if not found:
            return None
        backing += found
    if backing:
        return backing
    found = [fact for fact in fitting if _says_the_same(claim, said_by(fact))]
    return found or None


def _gives(fact: GivenFact, number: Quantity) -> bool:
    """Return whether a fact gives this quantity; an amount may stand there without its sign."""
    if any(_agree(number, other) for other in said_by(fact).numbers):
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
    return not _opposes(claim, fact)


def _opposes(claim: Claim, fact: Said) -> bool:
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
        return _overlap(claim.stems, fact, _MOSTLY)
    if shared and (claim.topics & fact.topics or not claim.topics):
        return True
    return _overlap(claim.stems, fact)


def _agree(one: Quantity, other: Quantity) -> bool:
    """Return whether two quantities may mean the same; with two zones known, the moment decides."""
    moments = [{form for form in each.forms if form.startswith("utc ")} for each in (one, other)]
    if all(moments):
        return bool(moments[0] & moments[1])
    dates = [{form for form in each.forms if form.startswith("on ")} for each in (one, other)]
    if all(dates):
        return bool(dates[0] & dates[1])
    return bool(one.forms & other.forms)


def _overlap(told: frozenset[str], fact: Said, enough: float = _ENOUGH) -> bool:
    shared = told & fact.stems
    return bool(shared) and len(shared) / max(1, min(len(told), len(fact.stems))) >= enough


def _quotes(reading: Reading, stale: tuple[GivenFact, ...], quoted: list[Span]) -> Iterator[Finding]:
    """Yield where an outdated fact is said in its own words, or its address or number is given."""
    valid = frozenset().union(*(contacts(" ".join(f.values)) for f in reading.draft.facts if is_valid(f)))
    for fact in stale:
        spans = reading.quoted((fact,))
        old = contacts(" ".join(fact.values)) - valid
        if old:
            spans += [found.span() for found in BEARS.finditer(reading.plain) if contact(found[0]) in old]
        for span in spans:
            if not any(start <= span[0] and span[1] <= end for start, end in quoted) and _is_said(
                reading, span
            ):
                yield _outdated(fact, *span)


def _retold(
    reading: Reading, valid: tuple[GivenFact, ...], stale: tuple[GivenFact, ...]
) -> Iterator[Finding]:
    """Yield clauses that tell an outdated fact in nearly its words, unless they take it back."""
    for start, end, language in _tellings(reading) if stale else ():
        told = said(reading.folded[start:end], language)
        for fact in stale:
            old = said_by(fact)
            if not _retells(told, old) or any(_retells(told, said_by(each)) for each in valid):
                continue
            yield _outdated(fact, start, end)


def _tellings(reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Yield the clauses, and then the sentences, that tell something as ours."""
    sentences: dict[int, list[Clause]] = {}
    for clause in reading.clauses:
        if not clause.moods & _QUIET:
            yield clause.start, clause.end, clause.language
        sentences.setdefault(clause.sentence, []).append(clause)
    for each in sentences.values():
        if len(each) > 1 and not any(clause.moods & _QUIET for clause in each):
            yield each[0].start, each[-1].end, each[0].language


def _retells(told: Said, fact: Said) -> bool:
    """Return whether a clause says most of what a fact says, its numbers included, and nothing against it."""
    if fact.numbers and not any(_agree(number, other) for number in fact.numbers for other in told.numbers):
        return False
    if any(
        (axis, "-" if sign == "+" else "+") in fact.states and (axis, sign) not in fact.states
        for axis, sign in told.states
    ):
        return False
    shared = told.stems & fact.stems
    # The same number, in whatever notation, counts as one more word in common.
    extra = bool(fact.numbers)
    least = min(len(told.stems), len(fact.stems)) + extra
    return len(shared) + extra >= _FEWEST and bool(shared) and (len(shared) + extra) / least >= _RETOLD


def _is_said(reading: Reading, span: Span) -> bool:
    return not any(
        clause.moods & _QUIET for clause in reading.clauses if clause.start < span[1] and span[0] < clause.end
    )


def _outdated(fact: GivenFact, start: int, end: int) -> Finding:
    if fact.status == "retracted":
        sentence = (
            f"The fact '{fact.key}' was retracted: it turned out wrong. Take this out, or say what "
            f"is right now."
        )
        return Finding("retracted_fact", "block", start, end, sentence)
    sentence = f"The fact '{fact.key}' has expired. Ask its owner for a new value, or take this out."
    return Finding("expired_fact", "block", start, end, sentence)


def _likely(fact: GivenFact, start: int, end: int) -> Finding:
    sentence = (
        f"The fact '{fact.key}' is only likely, and this states it as certain. Say 'we expect' or 'probably'."
    )
    return Finding("unbacked_promise", "warn", start, end, sentence)


def _unbacked(reading: Reading, claim: Claim) -> Finding:
    start, end = claim.span
    words = " ".join(reading.draft.text[start:end].split())
    sentence = (
        f"No valid fact given says '{words[:60]}'. Insert the fact that says it, or say honestly "
        f"that you don't know yet."
    )
    return Finding("unbacked_promise", "block", start, end, sentence, _honest(reading, claim.clause))


def _honest(reading: Reading, clause: Clause) -> Mend | None:
    """Return the mend that puts an honest sentence in the place of one that is all claim."""
    same = [each for each in reading.clauses if each.sentence == clause.sentence]
    return Mend("Say that we don't know yet", same[0].start, same[-1].end, _HONEST[clause.language])
