"""Finds a reply that asks for something nobody may ask for: cards, passwords, codes."""

from __future__ import annotations

from collections.abc import Iterator

from webcare.domain.checks.finding import Finding
from webcare.domain.checks.reading import Reading


def find_secrets(reading: Reading) -> Iterator[Finding]:
    """Yield where the draft asks for a card, a code or a password; saying that we never ask is fine."""
    clauses = reading.clauses
    for place, clause in enumerate(clauses):
        words, text = clause.phrases, clause.folded
        secret = words.of("secret").search(text)
        if secret is None or words.has("secret_exempt", text):
            continue
        near = [
            other for other in clauses[max(0, place - 2) : place + 3] if other.sentence == clause.sentence
        ]
        if any(words.has("secret_exempt", other.folded) for other in near if other.start < clause.start):
            continue
        asking = [found for other in near if (found := words.of("secret_ask").search(other.folded))]
        if not asking and not any("instruction" in other.moods for other in near):
            continue
        span = clause.start + secret.start(), clause.start + secret.end()
        yield Finding(
            "secrets_requested",
            "block",
            *span,
            f"We never ask for '{reading.draft.text[slice(*span)]}'."
            " Ask for a booking code or an e-mail address instead.",
        )
