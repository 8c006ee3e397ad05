"""First triage: how urgent one incoming text is, what it asks for, by when, and why, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webcare.domain.language import SUPPORTED, UNKNOWN, candidates, spoken
from webcare.domain.triage.assessment import Assessment, Finding, Reason, Text, whole
from webcare.domain.triage.cues import HUMAN, CueSet
from webcare.domain.triage.evidence import Evidence, gather, has_more
from webcare.domain.triage.findings import from_cues, from_exposures, promoted
from webcare.domain.triage.privacy import find_exposures
from webcare.domain.triage.words import Words, cut, excerpts
from webcare.domain.urgency import Urgency

__all__ = ["Assessment", "CueSet", "Reason", "Text", "assess"]

AUTOMATIC = "automatic_reply"
# Low whatever stands beside it: a machine's words and advertising.
_PLAIN = frozenset({AUTOMATIC, "spam_scam"})
# So short that nothing can be read into it ("???", "ok and?"): an ordinary question for news.
_TOO_SHORT = 4
# A second language counts when the message may well be in it: people mix, and short lines mislead.
_MAYBE = 0.03


def assess(message: Text, rules: CueSet) -> Assessment:
    """Return level, intents, reasons, language and deadline of one message, by the rules given.

    Never raises for any text: what can't be read goes up to people (U2, `is_unsure`), not down. Raises
    ValueError only when `message.received_at` has no zone.
    """
    text = whole(message)
    pieces = excerpts(text)
    ranked = candidates(pieces[0][1], message.language)
    language = ranked[0][0]
    if message.auto_submitted:
        words = "an automatic reply; nobody is waiting for an answer"
        reasons = (Reason(AUTOMATIC, words),)
        return Assessment(Urgency.U4, (AUTOMATIC,), reasons, language, is_unsure=False)
    words_of_text = cut(pieces)
    languages = _languages(ranked, words_of_text)
    evidence = gather(words_of_text, rules, languages, _local(message, rules))
    findings = from_cues(evidence, rules)
    exposures = [one.moved(offset) for offset, piece in pieces for one in find_exposures(piece)]
    findings += from_exposures(exposures, is_public=message.is_public)
    silenced = [one for one in findings if one.intent == AUTOMATIC]
    findings += _unread(language, findings, evidence, rules)
    findings = silenced or promoted(findings, evidence, rules)
    notices = _notices(text, pieces)
    return _concluded(findings, notices, language)


def _languages(ranked: list[tuple[str, float]], words: Words) -> frozenset[str]:
    if len(words.folded) <= _TOO_SHORT or ranked[0][0] not in SUPPORTED:
        return frozenset(SUPPORTED)
    likely = {code for code, share in ranked if share > _MAYBE}
    # The head may be in one language and the need in another: "Dear team, ... Il y a une bombe".
    return frozenset({"en"} | likely | spoken(words.folded))


def _local(message: Text, rules: CueSet) -> datetime:
    if message.received_at.tzinfo is None:
        sentence = "The moment a message arrived has no time zone. Pass an aware UTC datetime."
        raise ValueError(sentence)
    try:
        zone = ZoneInfo(message.zone or rules.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo(rules.zone)
    return message.received_at.astimezone(zone)


# Our own texts tell people in need to write one word; in whichever language they do.
_CRY = frozenset({"help", "hulp", "hilfe", "aide", "aidez", "ayuda", "auxilio", "sos"})
_POLITE = frozenset(
    {"please", "pls", "plz", "aub", "alsjeblieft", "alstublieft", "bitte", "svp", "favor", "por", "me"}
)


def _unread(language: str, findings: list[Finding], evidence: Evidence, rules: CueSet) -> list[Finding]:
    """Return what sends a message up to a person: an unknown language, or nothing understood."""
    length = len(evidence.words.folded)
    if language not in SUPPORTED and (language != UNKNOWN or length):
        words = f"written in a language we have no cues for ({language}); a person must read it"
        return [Finding(HUMAN, Urgency.U2, Reason("language", words), is_unsure=True)]
    if findings:
        return _beside_thanks(findings, evidence, rules)
    if length < _TOO_SHORT:
        said = {word.strip("!?.,") for word in evidence.words.folded}
        if said & _CRY and said <= _CRY | _POLITE:
            words = "wrote HELP, as we ask those who need medicine, a child, a wheelchair or a place to sleep"
            return [Finding(HUMAN, Urgency.U1, Reason("help", words), is_unsure=True)]
        words = "too short to tell; taken as a question for news"
        return [Finding("status_info", Urgency.U3, Reason("too_short", words))]
    words = "nothing in it that the rules know; a person must read it"
    return [Finding(HUMAN, Urgency.U2, Reason("no_cue", words), is_unsure=True)]


def _beside_thanks(findings: list[Finding], evidence: Evidence, rules: CueSet) -> list[Finding]:
    """Return a finding when only low things were understood and a whole sentence was not."""
    if min(one.level for one in findings) < Urgency.U4 or any(one.intent in _PLAIN for one in findings):
        return []
    if not has_more(evidence, rules):
        return []
    words = "a sentence beside the low ones that the rules don't know; a person must read it"
    return [Finding(HUMAN, Urgency.U2, Reason("no_cue", words), is_unsure=True)]


def _notices(text: str, pieces: tuple[tuple[int, str], ...]) -> tuple[Reason, ...]:
    if len(pieces) == 1:
        return ()
    head, tail = len(pieces[0][1]), len(pieces[1][1])
    words = (
        f"long text: only its first {head} and last {tail} of {len(text)} characters were assessed; "
        "a person should skim the rest"
    )
    return (Reason("shortened", words, (head, len(text) - tail)),)


def _concluded(findings: list[Finding], notices: tuple[Reason, ...], language: str) -> Assessment:
    ordered = sorted(findings, key=lambda one: (one.level, one.is_unsure))
    intents = tuple(dict.fromkeys(one.intent for one in ordered))
    reasons = tuple(dict.fromkeys([*(one.reason for one in ordered), *notices]))
    deadlines = [one.deadline for one in ordered if one.deadline is not None]
    level = ordered[0].level
    is_unsure = all(one.is_unsure for one in ordered if one.level == level)
    return Assessment(level, intents, reasons, language, is_unsure, min(deadlines, default=None))
