"""Finds a reply that asks for something nobody may ask for: cards, passwords, codes."""

from __future__ import annotations

from collections.abc import Iterator

from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.finding import Finding
from webcare.domain.checks.reading import Reading


def find_secrets(reading: Reading) -> Iterator[Finding]:
    """Yield where the draft asks for a card, a code or a password; saying that we never ask is fine."""
    clauses = reading.clauses
    for place, clause in enumerate(clauses):
        words, text = clause.phrases, clause.folded
        secret = words.find("secret", text)
        if secret is None or words.has("secret_exempt", text):
            continue
        near = [
            other for other in clauses[max(0, place - 2) : place + 3] if other.sentence == clause.sentence
        ]
        if any(words.has("secret_exempt", other.folded) for other in near if other.start < clause.start):
            continue
        if any(words.has("secret_nobody", other.folded) for other in near):
            continue
        asking = [found for other in near if (found := words.find("secret_ask", other.folded))]
        if not (
            asking or any("instruction" in other.moods for other in near) or _is_asked_next(clauses, place)
        ):
            continue
        span = clause.start + secret.start(), clause.start + secret.end()
        yield Finding(
            "secrets_requested",
            "block",
            *span,
            f"We never ask for '{reading.draft.text[slice(*span)]}'."
            " Ask for a booking code or an e-mail address instead.",
        )


def _is_asked_next(clauses: list[Clause], place: int) -> bool:
    """Return whether the next sentence asks for it: "Did the code arrive? Type it here"."""
    now = clauses[place].sentence
    after = [other for other in clauses[place + 1 : place + 4] if other.sentence == now + 1]
    return any(other.says("hand_over") and not other.says("secret_exempt") for other in after)
