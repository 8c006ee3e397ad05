"""What a text shows: which concepts are said where, which of them are meant, and which moments it names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from webcare.domain.triage.cues import BEWARE, Context, Cue, CueSet
from webcare.domain.triage.lexicon import Hits
from webcare.domain.triage.moments import Moment, read_moments
from webcare.domain.triage.words import Words

Place = tuple[int, int]

# "No medicine is needed": how many words may stand between a negation and what it takes away.
_NEGATION_REACH = 4
_SENTENCES = {"sentence": 0, "near": 1, "message": 10_000}
# Enough to find one that counts; a text that repeats a word a thousand times gains nothing by it.
_TRIES = 25
_A_SENTENCE = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of a text with the hits that are meant, its moments and when it arrived (local, aware).

    `contexts` are those that are said, with their names and places.
    """

    words: Words
    hits: Hits
    moments: list[Moment]
    received: datetime
    contexts: tuple[tuple[str, Context, list[Place]], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A cue that is said: the places of its concepts, and the context that takes its urgency, if any."""

    places: tuple[Place, ...]
    voided_by: str | None = None


def gather(words: Words, rules: CueSet, languages: frozenset[str], received: datetime) -> Evidence:
    """Return the evidence of `words`: hits in these languages but for idioms, and moments."""
    hits = rules.lexicon.find(words, languages)
    for name in () if rules.bewares.isdisjoint(hits) else [name for name in hits if name in rules.bewares]:
        idioms = hits.pop(name)
        concept = name.removeprefix(BEWARE)
        meant = [hit for hit in hits.get(concept, []) if not any(_overlaps(hit, one) for one in idioms)]
        hits.pop(concept, None)
        if meant:
            hits[concept] = meant
    if words.asking:
        for concept in rules.asked:
            hits.setdefault(concept, []).extend(_asked(at, words) for at in words.asking)
    contexts = tuple(
        (name, context, hits[name][: _TRIES * 4]) for name, context in rules.contexts.items() if name in hits
    )
    return Evidence(words, hits, read_moments(words, received), received, contexts)


def has_more(evidence: Evidence, rules: CueSet) -> bool:
    """Tell whether a whole sentence holds nothing that the rules know, as after thanks."""
    telling = [places for concept, places in evidence.hits.items() if concept not in rules.loose]
    explained = {evidence.words.sentences[place[0]] for places in telling for place in places}
    unexplained = Counter(number for number in evidence.words.sentences if number not in explained)
    return any(words >= _A_SENTENCE for words in unexplained.values())


def is_wary(evidence: Evidence, rules: CueSet) -> bool:
    """Tell whether a concept that makes us wary is said, and no context takes it away."""
    return any(
        _context_of((place,), evidence, ()) is None
        for name in rules.wary
        for place in evidence.hits.get(name, ())[:_TRIES]
    )


def match(cue: Cue, evidence: Evidence, despite: tuple[str, ...] = ()) -> Match | None:
    """Return how the cue is said, preferring a way that no context takes away; None when it isn't."""
    voided: Match | None = None
    hits, groups = evidence.hits, cue.all[1:]
    excluding = [hits[name][: _TRIES * 4] for name in cue.none if name in hits]
    for anchor in _said(cue.all[0], evidence)[:_TRIES]:
        places = _complete(cue, anchor, evidence) if groups else (anchor,)
        if places is None or (excluding and _is_excluded(cue, anchor, excluding, evidence)):
            continue
        context = _context_of(places, evidence, (*despite, *cue.despite)) if evidence.contexts else None
        if context is None:
            return Match(places)
        voided = voided or Match(places, context)
    return voided


def moment_for(places: tuple[Place, ...], evidence: Evidence) -> Moment | None:
    """Return the moment nearest to these places, in the same sentence rather than in the next one."""
    sentences = evidence.words.sentences
    best: tuple[tuple[int, int], Moment] | None = None
    for moment in evidence.moments:
        apart = min(abs(sentences[moment.first] - sentences[place[0]]) for place in places)
        if apart <= 1:
            distance = min(_distance((moment.first, moment.last), place) for place in places)
            if best is None or (apart, distance) < best[0]:
                best = (apart, distance), moment
    return best[1] if best else None


def _asked(at: int, words: Words) -> Place:
    """Return where the question mark after word `at` stands: wider than the word, which may count itself."""
    return (at - 1 if at and words.sentences[at - 1] == words.sentences[at] else at, at)


def _said(names: tuple[str, ...], evidence: Evidence) -> list[Place]:
    if len(names) == 1:
        return evidence.hits.get(names[0], [])
    return sorted(place for name in names for place in evidence.hits.get(name, ()))


def _complete(cue: Cue, anchor: Place, evidence: Evidence) -> tuple[Place, ...] | None:
    places = [anchor]
    sentences, reach = evidence.words.sentences, _SENTENCES[cue.within]
    here = sentences[anchor[0]]
    for group in cue.all[1:]:
        near = [
            place
            for place in _said(group, evidence)[: _TRIES * 4]
            if -reach <= sentences[place[0]] - here <= reach and place not in places
        ]
        if not near:
            return None
        places.append(near[0] if len(near) == 1 else min(near, key=lambda place: _distance(place, anchor)))
    return tuple(places)


def _is_excluded(cue: Cue, anchor: Place, excluding: list[list[Place]], evidence: Evidence) -> bool:
    reach = _SENTENCES[cue.within]
    return any(_sentences_apart(place, anchor, evidence) <= reach for places in excluding for place in places)


def _context_of(places: tuple[Place, ...], evidence: Evidence, despite: tuple[str, ...]) -> str | None:
    for name, context, there in evidence.contexts:
        if name in despite:
            continue
        for said in there:
            for place in places:
                apart = _sentences_apart(said, place, evidence)
                if context.reach == "message" or (
                    apart == 0 and (context.reach == "sentence" or _distance(said, place) <= _NEGATION_REACH)
                ):
                    return context.says
    return None


def _sentences_apart(one: Place, other: Place, evidence: Evidence) -> int:
    return abs(evidence.words.sentences[one[0]] - evidence.words.sentences[other[0]])


def _overlaps(one: Place, other: Place) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _distance(one: Place, other: Place) -> int:
    """Return how many words stand apart; 0 when they touch or overlap."""
    return max(0, max(one[0], other[0]) - min(one[1], other[1]) - 1)
