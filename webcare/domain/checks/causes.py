"""Finds causes: those that are stated flatly, and those that are only guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.reading import Reading, Span

_NOT_OURS = frozenset({"condition", "correction", "customer"})


def flat_cause(clause: Clause) -> Span | None:
    """Return where a clause names a cause, or None; the place is counted within the clause."""
    words, text = clause.phrases, clause.folded
    if words.has("cause_exempt", text) or "ignorance" in clause.moods:
        return None
    hard = words.find("cause_hard", text)
    if hard is not None:
        return hard.span()
    marker = words.find("cause", text)
    if marker is None:
        return None
    noun = words.find("cause_noun", text)
    return (min(marker.start(), noun.start()), max(marker.end(), noun.end())) if noun else None


def guesses(reading: Reading) -> Iterator[tuple[Clause, Span]]:
    """Yield the clauses that guess at a cause, and the words that do it."""
    clauses = reading.clauses
    for place, clause in enumerate(clauses):
        words, text = clause.phrases, clause.folded
        if _unsaid(clause, clauses[place - 1] if place else None):
            continue
        guess = words.find("speculation", text)
        whole = words.find("guess_whole", text)
        if (guess or whole) and _exempt(clause):
            continue
        if whole is not None:
            yield clause, (clause.start + whole.start(), clause.start + whole.end())
            continue
        is_carried = False
        if guess is None and place and clauses[place - 1].sentence == clause.sentence:
            earlier = clauses[place - 1]
            is_carried = words.has("speculation", earlier.folded) and not _unsaid(earlier, None)
        if guess is None and (not is_carried or _exempt(clause)):
            continue
        noun = words.find("cause_noun", text)
        marker = words.find("cause", text)
        event = _event(clause, clauses[place - 1] if place else None)
        found = [each for each in (guess, marker, noun, event) if each is not None]
        if not (noun or marker or event) or _denies(clause, guess is not None):
            continue
        yield (
            clause,
            (
                clause.start + min(one.start() for one in found),
                clause.start + max(one.end() for one in found),
            ),
        )


def _exempt(clause: Clause) -> bool:
    """Return whether what looks like a guess is about crowds or privacy, or is a matter of law."""
    return (clause.says("cause_exempt") and not clause.says("strong_guess")) or clause.says("legal")


def _unsaid(clause: Clause, before: Clause | None) -> bool:
    """Return whether a clause isn't said as ours; "if you ask me, ..." and "no surprise if ..." are."""
    moods = clause.moods & _NOT_OURS
    if moods == {"condition"}:
        carried = before is not None and before.sentence == clause.sentence and before.says("strong_guess")
        return not (carried or clause.says("strong_guess"))
    return bool(moods)


def _event(clause: Clause, before: Clause | None) -> re.Match[str] | None:
    """Return where a clause tells what may have happened, when it is plainly our own guess."""
    is_near = before is not None and before.sentence == clause.sentence
    if not clause.says("strong_guess") and not (
        is_near and before is not None and before.says("strong_guess")
    ):
        return None
    return clause.phrases.find("event", clause.folded)


def _denies(clause: Clause, guesses_itself: bool) -> bool:
    """Return whether the clause says that it doesn't guess."""
    return "ignorance" in clause.moods and not guesses_itself
