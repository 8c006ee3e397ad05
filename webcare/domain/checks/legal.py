"""Finds conclusions about rights and liability, which only locked wording may draw."""

from __future__ import annotations

from collections.abc import Iterator

from webcare.domain.checks.finding import Finding
from webcare.domain.checks.reading import Reading, is_valid


def find_legal(reading: Reading) -> Iterator[Finding]:
    """Yield legal conclusions; locked wording and the words of a given fact are none of the agent's."""
    valid = tuple(fact for fact in reading.draft.facts if is_valid(fact))
    quoted = reading.quoted(valid) if valid else []
    for clause in reading.clauses:
        words, text = clause.phrases, clause.folded
        found = words.find("legal", text)
        if found is None or clause.moods & {"question", "correction"} or words.has("legal_exempt", text):
            continue
        if "condition" in clause.moods and not text.startswith(
            ("because", "omdat", "weil", "parce", "porque")
        ):
            continue
        start, end = clause.start + found.start(), clause.start + found.end()
        if any(low <= start and end <= high for low, high in quoted):
            continue
        yield Finding(
            "legal_conclusion",
            "block",
            start,
            end,
            "This draws a legal conclusion. Use the locked text on rights, or point to how it "
            "works without judging.",
            is_final=True,
        )
