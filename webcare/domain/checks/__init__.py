"""Reads a reply before it leaves and names what is wrong with it, where, and how to mend it."""

from __future__ import annotations

from webcare.domain.checks.finding import CheckedDraft, Finding, GivenFact, Mend
from webcare.domain.checks.folding import fold
from webcare.domain.checks.greeting import find_wrong_name
from webcare.domain.checks.legal import find_legal
from webcare.domain.checks.manner import find_length, find_manner
from webcare.domain.checks.personal import find_personal
from webcare.domain.checks.phrases import phrases
from webcare.domain.checks.placeholders import find_placeholders
from webcare.domain.checks.promises import find_guesses, find_promises
from webcare.domain.checks.quantities import quantities
from webcare.domain.checks.reading import Reading
from webcare.domain.checks.secrets import find_secrets

__all__ = ["CheckedDraft", "Finding", "GivenFact", "Mend", "check"]

_GRAVER = frozenset(
    {"legal_conclusion", "speculation_on_cause", "secrets_requested", "retracted_fact", "expired_fact"}
)
_CHECKS = (
    find_personal,
    find_placeholders,
    find_wrong_name,
    find_secrets,
    find_legal,
    find_guesses,
    find_promises,
    find_length,
    find_manner,
)


def check(draft: CheckedDraft) -> tuple[Finding, ...]:
    """Return everything that is wrong with a draft, in the order of the text; never raises."""
    reading = Reading(draft)
    found = [finding for each in _CHECKS for finding in each(reading)]
    graver = [one for one in found if one.name in _GRAVER]
    found = [one for one in found if not (one.name == "unbacked_promise" and _touches(one, graver, reading))]
    return tuple(sorted(found, key=lambda one: (one.start, one.end, one.name)))


def _touches(finding: Finding, others: list[Finding], reading: Reading) -> bool:
    """Return whether a finding says no more than one of the others says in the same clause."""
    number = {
        clause.sentence
        for clause in reading.clauses
        if clause.start < finding.end and finding.start < clause.end
    }
    words = reading.draft.text[finding.start : finding.end]
    if phrases(reading.language).has("guarantee", fold(words)):
        return False
    return any(
        clause.sentence in number and other.start < clause.end and clause.start < other.end
        for other in others
        for clause in reading.clauses
    ) and not any(one.kind != "amount" for one in quantities(fold(words)))
