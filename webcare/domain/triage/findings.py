"""Turns evidence into findings: an intent at a level for each cue, raised by deadlines and circumstances."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from webcare.domain.triage.assessment import Finding, Reason
from webcare.domain.triage.cues import Cue, CueSet, Promotion
from webcare.domain.triage.evidence import Evidence, Match, is_wary, match, moment_for
from webcare.domain.triage.moments import Moment
from webcare.domain.triage.privacy import Exposure
from webcare.domain.urgency import Urgency, raised

_SLACK = timedelta(minutes=5)


def from_cues(evidence: Evidence, rules: CueSet) -> list[Finding]:
    """Return one finding per intent and sentence of words that the cues of `rules` find."""
    best: dict[tuple[str, str], Finding] = {}
    tried: set[int] = set()
    said = evidence.hits.keys()
    wary: bool | None = None
    for concept in said:
        for slug, cue in rules.by_concept.get(concept, ()):
            if id(cue) in tried or (cue.others and any(said.isdisjoint(group) for group in cue.others)):
                continue
            tried.add(id(cue))
            if cue.unless_wary:
                wary = is_wary(evidence, rules) if wary is None else wary
                if wary:
                    continue
            found = _finding(slug, cue, evidence, rules)
            if found is not None:
                key = slug, found.reason.words
                known = best.get(key)
                if known is None or found.level < known.level:
                    best[key] = found
    return _precise(list(best.values()), rules)


def _precise(findings: list[Finding], rules: CueSet) -> list[Finding]:
    """Return the findings without the general readings, when a more precise one asks for an answer too."""
    precise = [one for one in findings if not rules.intents[one.intent].is_fallback]
    return precise if any(one.level <= Urgency.U3 for one in precise) else findings


def from_exposures(exposures: list[Exposure], *, is_public: bool) -> list[Finding]:
    """Return a finding for personal data in the text: worse when public; what it says stays out."""
    if not exposures:
        return []
    is_grave = any(one.is_grave for one in exposures)
    kinds = ", ".join(one.kind for one in exposures)
    if is_public:
        level = Urgency.U1 if is_grave else Urgency.U2
        words = f"personal data in public: {kinds}; hide it first"
    elif is_grave or len(exposures) > 1:
        level = Urgency.U2
        words = f"personal data in the message: {kinds}; mask it"
    else:
        return []
    span = next((one.span for one in exposures if one.is_grave), exposures[0].span)
    return [Finding("privacy_exposed", level, Reason("privacy_exposed", words, span))]


def promoted(findings: list[Finding], evidence: Evidence, rules: CueSet) -> list[Finding]:
    """Return the findings, those that a circumstance makes worse (a child, no money) one level up."""
    result = list(findings)
    for promotion in rules.promotions:
        if not any(one.intent in promotion.intents and one.level == promotion.from_level for one in result):
            continue
        place = _circumstance(promotion, evidence)
        if place is None:
            continue
        for at, finding in enumerate(result):
            if finding.intent in promotion.intents and finding.level == promotion.from_level:
                words = f"{finding.reason.words}; {promotion.says}"
                result[at] = replace(
                    finding, level=raised(finding.level), reason=replace(finding.reason, words=words)
                )
    return result


def _circumstance(promotion: Promotion, evidence: Evidence) -> Match | None:
    if not all(any(name in evidence.hits for name in group) for group in promotion.when):
        return None
    found = match(promotion.cue, evidence)
    return found if found is not None and found.voided_by is None else None


def _finding(slug: str, cue: Cue, evidence: Evidence, rules: CueSet) -> Finding | None:
    intent = rules.intents[slug]
    found = match(cue, evidence, intent.despite)
    if found is None:
        return None
    level = intent.base if cue.level is None else cue.level
    span = _span(found, evidence)
    if found.voided_by is not None:
        calm = max(level, Urgency.U3)
        words = f"{cue.says}, but {found.voided_by}"
        return None if cue.only_with_deadline else Finding(slug, calm, Reason(slug, words, span))
    moment = moment_for(found.places, evidence) if cue.deadline else None
    urgent = _by_deadline(cue, moment, evidence.received)
    if urgent is None:
        if cue.only_with_deadline:
            return None
        return Finding(slug, level, Reason(slug, cue.says, span), is_unsure=cue.is_unsure)
    by, hours, at = urgent
    words = f"{cue.says}; deadline {at.says} (within {hours:g} h)"
    return Finding(slug, min(level, by), Reason(f"{slug}.deadline", words, span), at.at, cue.is_unsure)


def _by_deadline(cue: Cue, moment: Moment | None, received: datetime) -> tuple[Urgency, float, Moment] | None:
    if moment is None:
        return None
    left = moment.at - received - _SLACK
    for level, hours in sorted(cue.deadline.items()):
        if left <= timedelta(hours=hours):
            return level, hours, moment
    return None


def _span(found: Match, evidence: Evidence) -> tuple[int, int]:
    """Return the characters of the first concept said; the others may stand sentences away."""
    return evidence.words.span(*found.places[0])
