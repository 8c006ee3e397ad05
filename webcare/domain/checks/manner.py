"""Finds what makes a reply sound cold, vague or unlike us; none of it blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from webcare.domain.checks.finding import Finding
from webcare.domain.checks.folding import fold
from webcare.domain.checks.quantities import quantities
from webcare.domain.checks.reading import Reading

_SIGNED = re.compile(r"\^\s?[A-Za-z\u00c0-\u00ff]{1,4}\b")
_FEELINGS = re.compile(r"!|[\U0001f300-\U0001faff\u2600-\u27bf]|(?<!\w)[:;]-?[)(DPp](?!\w)")
_SHOUT = re.compile(r"!{2,}|(?:\b[A-Z]{4,}\b[\s,]+){3}")
_STERN = "formal-reticent"
_LONG_SENTENCE = 40
_SENTENCES = {
    "blame": "This puts the blame on someone else. Say what we do about it instead.",
    "empty_apology": "This apology is empty. Name what happened to them, say sorry, and what we do about it.",
    "dismissive": "This waves the person away. Give a time, a number in the queue, or what happens next.",
}


def find_length(reading: Reading) -> Iterator[Finding]:
    """Yield one finding when the text is longer than its channel takes."""
    limit, size = reading.draft.limit, len(reading.draft.text)
    if limit is not None and size > limit:
        sentence = (
            f"This is {size - limit} characters too long for this channel ({size} of {limit}). "
            f"Shorten it or split it."
        )
        yield Finding("too_long", "block", min(max(limit, 0), size), size, sentence)


def find_manner(reading: Reading) -> Iterator[Finding]:
    """Yield blame, empty apologies, missing times, dismissals, missing signature, repetition, tone."""
    yield from _phrases(reading)
    yield from _no_time(reading)
    yield from _unsigned(reading)
    yield from _repeated(reading)
    yield from _tone(reading)


def _phrases(reading: Reading) -> Iterator[Finding]:
    for clause in reading.clauses:
        for name, sentence in _SENTENCES.items():
            found = clause.phrases.find(name, clause.folded)
            if found is not None and "correction" not in clause.moods:
                yield Finding(
                    name, "warn", clause.start + found.start(), clause.start + found.end(), sentence
                )


def _no_time(reading: Reading) -> Iterator[Finding]:
    if any(one.kind in {"time", "date"} for each in reading.clauses for one in quantities(each.folded)):
        return
    for clause in reading.clauses:
        found = clause.phrases.find("no_time", clause.folded)
        if found is not None and "question" not in clause.moods:
            sentence = (
                "This gives no time. Say when, or that you don't know yet and when the next update comes."
            )
            yield Finding(
                "no_time", "warn", clause.start + found.start(), clause.start + found.end(), sentence
            )
            return


def _unsigned(reading: Reading) -> Iterator[Finding]:
    draft = reading.draft
    if draft.is_public and draft.wants_signature and not _SIGNED.search(draft.text):
        end = len(draft.text)
        yield Finding(
            "unsigned", "warn", end, end, "Sign with ^ and your initials, so that people know who answered."
        )


def _repeated(reading: Reading) -> Iterator[Finding]:
    draft = reading.draft
    if draft.is_public and _bare(draft.text) in {_bare(text) for text in draft.earlier} and _bare(draft.text):
        sentence = "The same text already stands in this thread. Say it in other words, for this person."
        yield Finding("repeated", "warn", 0, len(draft.text), sentence)


def _bare(text: str) -> str:
    """Return a text without what differs from person to person: handles, greeting, signature, marks."""
    folded = re.sub(r"@\w+|\^\w+", " ", fold(text))
    folded = re.sub(r"^\s*(?:hi|hello|hey|dear|hoi|hallo|beste|dag)\s[^\s,!]{1,30}\s?[,!]", " ", folded)
    return " ".join(re.findall(r"\w+", folded))


def _tone(reading: Reading) -> Iterator[Finding]:
    text, tone = reading.draft.text, reading.draft.tone
    shout = _SHOUT.search(text)
    if shout is not None:
        yield Finding("tone", "warn", *shout.span(), "This shouts. Use ordinary letters and one mark.")
    if tone == _STERN:
        yield from _reticent(reading)
        return
    for clause in reading.clauses:
        stiff = clause.phrases.find("tone_stiff", clause.folded)
        if stiff is not None:
            sentence = "This is office language. Say it as you would to someone at the desk."
            yield Finding("tone", "warn", clause.start + stiff.start(), clause.start + stiff.end(), sentence)


def _reticent(reading: Reading) -> Iterator[Finding]:
    sentence = "The tone in force is reticent: no exclamation marks, no emoji, no jokes, no interjections."
    for found in _FEELINGS.finditer(reading.draft.text):
        yield Finding("tone", "warn", *found.span(), sentence)
    for clause in reading.clauses:
        slang = clause.phrases.find("tone_slang", clause.folded)
        if slang is not None:
            yield Finding("tone", "warn", clause.start + slang.start(), clause.start + slang.end(), sentence)
