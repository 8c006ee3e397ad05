"""Reads one incoming text once, for every layer that judges it: words, language, hits, findings, moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from webcare.domain.language import SUPPORTED, UNKNOWN, candidates, spoken
from webcare.domain.triage.assessment import Assessment, Finding, Reason, Text, whole
from webcare.domain.triage.cues import HUMAN, CueSet
from webcare.domain.triage.evidence import Evidence, gather, has_more
from webcare.domain.triage.findings import from_cues, from_exposures, promoted
from webcare.domain.triage.lexicon import Hits
from webcare.domain.triage.moments import Moment
from webcare.domain.triage.privacy import find_exposures
from webcare.domain.triage.words import Words, cut, excerpts
from webcare.domain.urgency import Urgency

AUTOMATIC = "automatic_reply"
FOREIGN = "language"
# Low whatever stands beside it: a machine's words and advertising.
_PLAIN = frozenset({AUTOMATIC, "spam_scam"})
# So short that nothing can be read into it ("???", "ok and?"): an ordinary question for news.
_TOO_SHORT = 4
# A second language counts when the message may well be in it: people mix, and short lines mislead.
_MAYBE = 0.03


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules saw in one text; nobody may change what it holds.

    `hits` tells at which (first, last) word numbers each concept is meant; `languages` is where its
    phrases were looked for. `findings` is never empty and has been through the promotions. `received` is
    aware and local to the contact. `is_automatic`: a machine wrote it, so nobody waits for an answer; of
    mail that says so in its headers no words are read. `notices` are reasons that decide nothing.
    """

    words: Words
    language: str
    languages: frozenset[str]
    hits: Hits
    findings: list[Finding]
    moments: list[Moment]
    received: datetime
    is_automatic: bool
    notices: tuple[Reason, ...] = ()

    @property
    def is_foreign(self) -> bool:
        """Return whether the text is in a language we have no words for."""
        return any(one.is_unsure and one.reason.code == FOREIGN for one in self.findings)


def read(message: Text, rules: CueSet) -> Reading:
    """Return what the rules given see in one message.

    Never raises for any text; raises ValueError only when `message.received_at` has no zone.
    """
    text = whole(message)
    pieces = excerpts(text)
    ranked = candidates(pieces[0][1], message.language)
    language = ranked[0][0]
    received = _local(message, rules)
    if message.auto_submitted:
        said = Reason(AUTOMATIC, "an automatic reply; nobody is waiting for an answer")
        alone = [Finding(AUTOMATIC, Urgency.U4, said)]
        return Reading(Words(), language, frozenset(), {}, alone, [], received, is_automatic=True)
    words = cut(pieces)
    languages = _languages(ranked, words)
    evidence = gather(words, rules, languages, received)
    findings = from_cues(evidence, rules)
    exposures = [one.moved(offset) for offset, piece in pieces for one in find_exposures(piece)]
    findings += from_exposures(exposures, is_public=message.is_public)
    silenced = [one for one in findings if one.intent == AUTOMATIC]
    findings += _unread(language, findings, evidence, rules)
    findings = silenced or promoted(findings, evidence, rules)
    return Reading(
        words,
        language,
        languages,
        evidence.hits,
        findings,
        evidence.moments,
        received,
        is_automatic=bool(silenced),
        notices=_notices(text, pieces),
    )


def concluded(reading: Reading, further: Iterable[Finding] = ()) -> Assessment:
    """Return the assessment that the findings of a reading lead to, with `further` ones of other layers.

    The lowest level (U0 first) decides; of equal findings the sure ones come before the unsure ones.
    """
    ordered = sorted([*reading.findings, *further], key=lambda one: (one.level, one.is_unsure))
    intents = tuple(dict.fromkeys(one.intent for one in ordered))
    reasons = tuple(dict.fromkeys([*(one.reason for one in ordered), *reading.notices]))
    deadlines = [one.deadline for one in ordered if one.deadline is not None]
    level = ordered[0].level
    is_unsure = all(one.is_unsure for one in ordered if one.level == level)
    return Assessment(level, intents, reasons, reading.language, is_unsure, min(deadlines, default=None))


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
        return [Finding(HUMAN, Urgency.U2, Reason(FOREIGN, words), is_unsure=True)]
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
