"""Weighs what a draft states against the facts it was given: unbacked, expired, retracted, guessed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webcare.domain.checks.backing import agree, backing, overlap, supporting
from webcare.domain.checks.causes import guesses
from webcare.domain.checks.claims import Claim, claims
from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.finding import Finding, GivenFact, Mend
from webcare.domain.checks.reading import (
    BEARS,
    Reading,
    Said,
    Span,
    contact,
    contacts,
    is_valid,
    said,
    said_by,
    stems,
)

_FEWEST = 2
_RETOLD = 0.6
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
        if any(overlap(told, said_by(fact)) for fact in valid):
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
        found = (
            supporting(claim, left, valid, reading)
            if left
            else [f for f, spans in quoted.items() if _covers(spans, claim)]
        )
        start, end = claim.span
        if found is not None:
            if found and not claim.is_hedged and all(fact.status == "likely" for fact in found):
                yield _likely(found[0], start, end)
            continue
        old = backing(claim, claim.parts, stale) if stale else None
        if old and "ignorance" not in claim.clause.moods:
            yield _outdated(old[0], start, end)
        elif not claim.is_hedged and not any(
            claim.clause.start < e and s < claim.clause.end for s, e in guessed
        ):
            yield _unbacked(reading, claim)


def _left(claim: Claim, quoted: Iterable[Span]) -> list[Span]:
    """Return the parts of a claim that aren't said in the very words of a valid fact."""
    spans = list(quoted)
    return [
        part for part in claim.parts if not any(start <= part[0] and part[1] <= end for start, end in spans)
    ]


def _covers(spans: Iterable[Span], claim: Claim) -> bool:
    return any(start < claim.span[1] and claim.span[0] < end for start, end in spans)


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
    if fact.numbers and not any(agree(number, other) for number in fact.numbers for other in told.numbers):
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
