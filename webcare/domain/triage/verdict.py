"""Comes to one assessment from what the rules found and what the learned layer makes of it."""

from __future__ import annotations

from collections.abc import Sequence

from webcare.domain.lanes import DISTRESS, PRESS, THREAT
from webcare.domain.triage.assessment import Assessment, Finding, Reason
from webcare.domain.triage.learned.model import Head, Scores
from webcare.domain.triage.reading import Reading
from webcare.domain.urgency import Urgency

# An intent is named when it is likelier than not, or likely enough beside what the rules found.
_LIKELY, _DOUBTFUL = 0.5, 0.08
# What takes a message out of the queue is never the best of poor guesses.
_NEVER_GUESSED = frozenset({THREAT, DISTRESS, PRESS})
# Found by its very shape (a card number, a passport), not by words that may mean something else.
_BY_PATTERN = "privacy_exposed"
# A language we don't read, and the one word that we ask people in need to write.
_UNREAD = frozenset({"language", "help"})
_SAID = {
    Urgency.U0: "a danger to life or safety",
    Urgency.U1: "somebody vulnerable, or harm that can't be undone",
    Urgency.U2: "something to decide today",
    Urgency.U3: "an ordinary request",
    Urgency.U4: "something that can wait",
}


def weighed(reading: Reading, scores: Scores, head: Head) -> Assessment:
    """Return the assessment that rules and learned layer come to together.

    The learned layer has weighed the rules' findings already, so it decides; but a finding of the rules
    that is grave raises the level when the learned layer thinks it possible, and a language we don't
    read goes to a person whatever the letters look like.
    """
    sure = [one for one in reading.findings if not one.is_unsure]
    unread = [one for one in reading.findings if one.is_unsure and one.reason.code in _UNREAD]
    by_findings = min((one.level for one in sure), default=Urgency.U4)
    level = min([_learned_level(scores, head), *_kept(sure, scores, head), *(one.level for one in unread)])
    named = _named(sure, scores)
    reasons = [one.reason for one in sorted([*sure, *unread], key=lambda one: one.level)]
    if by_findings != level and not unread:
        reasons.insert(
            0 if level < by_findings else len(reasons), _learned_reason(level, by_findings, scores)
        )
    deadlines = [one.deadline for one in sure if one.deadline is not None]
    return Assessment(
        level,
        named or ("human_triage",),
        tuple(dict.fromkeys([*reasons, *reading.notices])),
        reading.language,
        is_unsure=bool(unread),
        deadline=min(deadlines, default=None),
        confidence=scores.levels[level],
        score=_queue_score(level, scores),
        model=head.version,
    )


def _kept(sure: Sequence[Finding], scores: Scores, head: Head) -> list[Urgency]:
    """Return the grave levels of the rules that stand: personal data always, a need when it is possible."""
    return [
        one.level
        for one in sure
        if one.level <= Urgency.U2
        and (one.intent == _BY_PATTERN or (one.level <= Urgency.U1 and scores.risk >= head.floor))
        and (one.level > Urgency.U0 or scores.levels[0] >= head.floor)
    ]


def _learned_level(scores: Scores, head: Head) -> Urgency:
    safety, critical, *calm = scores.levels
    if scores.risk >= head.alarm:
        return Urgency.U0 if safety >= critical else Urgency.U1
    return Urgency(2 + max(range(len(calm)), key=calm.__getitem__))


def _named(sure: Sequence[Finding], scores: Scores) -> tuple[str, ...]:
    """Return the intents, likeliest first: those the learned layer names, and those the rules are sure of."""
    found = {name: chance for name, chance in scores.intents.items() if chance >= _LIKELY}
    for one in sure:
        chance = scores.intents.get(one.intent)
        if chance is None or chance >= _DOUBTFUL:
            found.setdefault(one.intent, chance or _LIKELY)
    guesses = {name: chance for name, chance in scores.intents.items() if name not in _NEVER_GUESSED}
    if not found and guesses:
        name = max(guesses, key=guesses.__getitem__)
        found[name] = guesses[name]
    return tuple(sorted(found, key=lambda name: -found[name]))


def _learned_reason(level: Urgency, by_findings: Urgency, scores: Scores) -> Reason:
    share = f"{scores.levels[level]:.0%}"
    if level < by_findings:
        return Reason("learned", f"reads like messages that people judged to be {_SAID[level]} ({share})")
    return Reason("learned_calmer", f"but reads as a whole like {_SAID[level]} ({share})")


def _queue_score(level: Urgency, scores: Scores) -> float:
    """Return the number that orders the queue, 0 to 5: the grave by their risk, the others by level first."""
    if level <= Urgency.U1:
        return 3 + scores.risk + scores.levels[0]
    return 4 - level + min(0.999, scores.risk + scores.levels[2] / 4)
