"""Finds what a draft states flatly: times, amounts, guarantees, commitments, states of affairs, causes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webcare.domain.checks.causes import flat_cause
from webcare.domain.checks.clauses import Clause
from webcare.domain.checks.quantities import Quantity, quantities
from webcare.domain.checks.reading import Reading, Span, State, states, stems, topics
from webcare.domain.checks.statements import GAP, flat_statement, has_verb

_NOT_OURS = frozenset({"question", "condition", "correction", "customer"})
VOCATIVE = frozenset({"today", "tonight", "always"})
# What is told of these as done, however long ago, the contact counts on now.
_OWED = frozenset({"money", "bag", "order", "comp"})
_NOBODYS = frozenset({"thing", "you"})
_THEIRS = re.compile(
    r"(?:\b(?:your|je|jouw|uw|ihre?[nm]?|votre|vos|tu|su|the|de|het|this|deze|that|die|le|la|el|a"
    r"|an|een)\s(?:[\w-]+\s){0,2}?)"
    r"(?:flight|vlucht|message|bericht|booking|boeking|mail|e-?mail|call|train|trein|connection"
    r"|flug|vol|vuelo|appointment|afspraak|zz ?\d+|reis|trip|ticket|invoice|factuur|reference|ref"
    r"|kenmerk|referentie|claim|ticket number|order|photo|foto|post|tweet|bill|letter|brief|complaint"
    r"|klacht|request|verzoek|aanvraag|application|formulier|schreiben|beschwerde|lettre|carta)"
    r"(?:\s(?:zz ?\d+|to \w+|naar \w+|from \w+|nach \w+|a \w+))?\s(?:of|from|van|om|on|op|at"
    r"|dated|vom|um|du|de|del|de las|a las|voor|for|dd\.?|d\.d\.|uit|number)?\s?(?:the |de |het )?$"
)
_AS_OF = re.compile(
    r"\b(?:it'?s(?: now)?|it is(?: now)?|as of|status(?: at)?|written at|updated(?: at)?|het "
    r"is(?: nu)?|bijgewerkt(?: om)?|stand(?: van| um)?|es ist|il est|son las|per)\s$"
)
_OUR_PAST = re.compile(
    r"\b(?:ago|geleden|yesterday|gisteren|gestern|ayer|last (?:night|week)|vorige week|took "
    r"us|nobody (?:answered|replied)|niemand antwoordde)\b|\b(?:vor|hace|il y a)\s\d"
    r"|^hier\b(?= (?:soir|matin|nous|vous|je|on))"
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|has|have|had|'s|zijn|ben|bent|staat|wordt|worden|werd|heeft"
    r"|hebben|ist|sind|sera|est|sont|es|esta|estan|son)\b|'(?:s|re|ve)\b"
)
_SUBJECT = re.compile(
    r"\b(?:your|the|our|all(?: the)?|every|each|je|jouw|uw|de|het|onze|alle|elke|ihre?|der|die"
    r"|das|unsere?|alle|votre|vos|le|la|les|notre|nos|tous les|su|sus|el|los|las|nuestr[oa]s?)\s"
    r"(?!(?:way|moment|best|help|more|day|time|dag|tijd|same)\b)[^\W\d_]{3,}"
    r"|\b(?:everything|alles|todo|tout)\b"
)
_THEY = re.compile(
    r"(?:(?:and|but|so|yes|oh|en|maar|dus|ja) )?(?:(?:they|it)(?:'re|'s| are| is| will be| stays?"
    r"| stay)|(?:ze|zij|hij) (?:is|zijn|blijft|blijven))"
    r" (?:\w+ ){0,2}?(?:open|closed|shut|on time|delayed|cancelled|dicht|geopend|gesloten|geannuleerd"
    r"|op tijd)\b"
)
_OPENING = 8
_HEADING = 4
_BESIDE = re.compile(
    r"(?:\s\w+){0,2}\s(?:in|at|with|without|on|of|waiting|standing|op|aan|met|zonder|bij|wachten|mit"
    r"|ohne|am|dans|avec|sans|en|con|sin)\b"
)
_OF_DOING = re.compile(r"\s(?:of|lang)?\s?(?:not\s)?(?:\w+ing|wachten|onzekerheid|uncertainty|limbo)\b")
# What they wrote has reached us, or we found them: that is this conversation, not their case.
_REACHED = re.compile(
    r"^(?:your|uw|je|jouw|ihre?|dein|votre|su|tu)\s(?:[\w-]+\s){0,2}?(?:letters?|messages?|e?-?mails?|forms?"
    r"|complaint|question|request|note|photos?|brief|brieven|bericht|berichten|mailtje|formulier|klacht|vraag"
    r"|verzoek|foto'?s?|brief|nachricht|formular|lettre|message|carta|mensaje)\b"
    r"|^(?:we|i|wij|ik)\s(?:have\s|'ve\s|heb\s|hebben\s)?(?:found\s)?(?:you|je|u|jou|your\s\w+|uw\s\w+|jouw\s\w+|je\s\w+)"
    r"\s?(?:found|gevonden|\W|$)"
)
_ARRIVALS = frozenset({"way", "found", "go"})
_CITED = re.compile(r"[\"\u201c\u201e][^\"\u201d\u201c\n]{3,120}[\"\u201d\u201c]")
_SELF_SPEAKING = frozenset({"go", "open", "way", "work"})


@dataclass(frozen=True, slots=True)
class Claim:
    """Something stated: where, about what, in which states, with which numbers.

    `is_hedged` when softened, `is_shape` when only the shape of the clause tells.
    """

    clause: Clause
    parts: tuple[Span, ...]
    numbers: tuple[Quantity, ...]
    states: frozenset[State]
    topics: frozenset[str]
    stems: frozenset[str]
    is_hedged: bool
    is_cause: bool = False
    is_shape: bool = False

    @property
    def span(self) -> Span:
        """Return the characters from the first to the last word that state something."""
        return min(start for start, _ in self.parts), max(end for _, end in self.parts)


def claims(reading: Reading) -> Iterator[Claim]:
    """Yield every claim, clause by clause; what the customer says, asks or what was wrong is none."""
    before: frozenset[str] = frozenset()
    sentence = -1
    earlier: Clause | None = None
    for clause in reading.clauses:
        about = topics(clause.folded, clause.language)
        if clause.sentence != sentence:
            before, sentence = frozenset(), clause.sentence
        is_open = GAP.search(clause.folded) is not None
        if not is_open and (not clause.moods & _NOT_OURS or _comes_about(clause, earlier)):
            claim = _claim(clause, about, before)
            if claim is not None and not (
                claim.is_shape and (_heads(clause, reading) or _feels_with(clause, reading))
            ):
                yield claim
        before = before | (about - _NOBODYS)
        earlier = clause


def _heads(clause: Clause, reading: Reading) -> bool:
    """Return whether a clause is but a short heading of what follows its colon."""
    return len(clause.folded.split()) <= _HEADING and reading.folded[clause.end : clause.end + 1] == ":"


def _feels_with(clause: Clause, reading: Reading) -> bool:
    """Return whether the sentence goes on to feel with somebody: what it tells is theirs."""
    return any(
        other.sentence == clause.sentence and other.start > clause.start and other.says("empathy")
        for other in reading.clauses
    )


def _comes_about(clause: Clause, before: Clause | None) -> bool:
    """Return whether a clause with "when" tells how it came about: "it started when a digger ..."."""
    return (
        clause.moods & _NOT_OURS == {"condition"}
        and before is not None
        and before.sentence == clause.sentence
        and before.says("came_about")
        and clause.says("cause_hard")
    )


def _claim(clause: Clause, about: frozenset[str], before: frozenset[str]) -> Claim | None:
    text, moods = clause.folded, clause.moods
    is_act = "process_past" in moods
    cause = flat_cause(clause)
    if cause is None and _OUR_PAST.search(text) and not (about & _OWED and flat_statement(clause, about)):
        return None
    cited = [found.span() for found in _CITED.finditer(text)]
    numbers = _ours(clause, cited)
    parts: list[Span] = [(one.start, one.end) for one in numbers]
    named = states(text, clause.language)
    if "customer_weak" in moods and not any(sign == "+" for (_, sign), _ in named):
        return None
    said = list(_flat(clause, about, named)) if not is_act else list(_finds(clause, ("strong_states",)))
    said = [span for span in said if not _within(span, cited)]
    if cause is not None:
        said.append(cause)
    is_timeless = all(one.forms <= VOCATIVE for one in numbers)
    whole = flat_statement(clause, about) if is_timeless and not said else None
    if whole is not None:
        said.append(whole)
    if not said and not _is_stated(clause, about, numbers):
        return None
    named_now = frozenset(state for state, span in named) if said or about - _NOBODYS else frozenset()
    return Claim(
        clause=clause,
        parts=tuple((clause.start + start, clause.start + end) for start, end in (*parts, *said)),
        numbers=tuple(
            one._replace(start=one.start + clause.start, end=one.end + clause.start) for one in numbers
        ),
        states=named_now,
        topics=(about - _NOBODYS - {"people"}) or before or (about - _NOBODYS),
        stems=stems(text, clause.language),
        is_hedged=bool(moods & {"hedge", "ignorance"}) and not _overrides(clause),
        is_cause=cause is not None,
        is_shape=whole is not None,
    )


def _ours(clause: Clause, cited: Iterable[Span]) -> list[Quantity]:
    """Return the numbers that a clause states itself: not told, cited, endured or asked of somebody."""
    text = clause.folded
    numbers = [
        one
        for one in quantities(text)
        if not _is_told(text[max(0, one.start - 60) : one.start]) and not _within((one.start, one.end), cited)
    ]
    if _is_endured(clause, numbers):
        return []
    is_act = "process_past" in clause.moods
    if is_act or "instruction" in clause.moods:
        is_money = not is_act or clause.says("process_money")
        return [one for one in numbers if one.kind == "amount" and is_money]
    return numbers


def _within(span: Span, cited: Iterable[Span]) -> bool:
    """Return whether words stand between quotation marks: they are somebody else's."""
    return any(start <= span[0] and span[1] <= end for start, end in cited)


def _is_endured(clause: Clause, numbers: list[Quantity]) -> bool:
    """Return whether a piece only tells what somebody sat through: "six hours in line with a baby"."""
    text = clause.folded
    if numbers and all(
        one.kind == "duration" and (clause.says("feeling") or _OF_DOING.match(text, one.end))
        for one in numbers
    ):
        return True
    return (
        bool(numbers)
        and all(one.kind == "duration" for one in numbers)
        and numbers[0].start <= _OPENING
        and _BESIDE.match(text, numbers[0].end) is not None
        and not has_verb(clause)
        and not any(clause.says(each) for each in ("future", "commitment", "guarantee"))
    )


def _is_stated(clause: Clause, about: frozenset[str], numbers: Iterable[Quantity]) -> bool:
    """Return whether numbers alone state something; "remember tonight: ..." with nothing else doesn't."""
    kinds = {form for one in numbers for form in one.forms}
    if clause.says("about_me") and not clause.says("future"):
        return False
    if kinds - VOCATIVE or "always" in kinds:
        return True
    is_promised = clause.says("future") or clause.says("commitment")
    return bool(kinds) and (is_promised or bool(about - _NOBODYS and not clause.says("small_talk")))


def _is_told(before: str) -> bool:
    """Return whether what stands before a number shows that it is theirs, or the time of writing."""
    return _THEIRS.search(before) is not None or _AS_OF.search(before) is not None


def _overrides(clause: Clause) -> bool:
    """Return whether a guarantee stands in spite of a soft word, and isn't itself denied."""
    return "ignorance" not in clause.moods and any(_finds(clause, ("guarantee",)))


def _flat(clause: Clause, about: frozenset[str], named: Iterable[tuple[State, Span]]) -> Iterator[Span]:
    """Yield what is stated in so many words: guarantees, commitments and states of affairs."""
    moods, text = clause.moods, clause.folded
    if clause.says("not_yet"):
        return
    if not clause.says("conversation_vow"):
        yield from _finds(clause, ("guarantee",))
    if "instruction" in moods:
        return
    is_process = "process" in moods or clause.says("about_me")
    yield from _finds(clause, ("strong_states",) if is_process else ("strong_states", "commitment"))
    if is_process:
        return
    if about - _NOBODYS or clause.says("future"):
        yield from _finds(clause, ("guarantee_adverb",))
    if about - _NOBODYS or _SUBJECT.search(text) or _THEY.match(text):
        yield from _finds(clause, ("plain_future",))
        named = () if clause.says("feeling") or clause.says("file") else named
        is_reached = _REACHED.match(text) is not None
        for (axis, _), span in named:
            if is_reached and axis in _ARRIVALS:
                continue
            if axis in _SELF_SPEAKING or axis == "free" or _VERB.search(text) or clause.says("future"):
                yield span


def _finds(clause: Clause, concepts: Iterable[str]) -> Iterator[Span]:
    for concept in concepts:
        for found in clause.phrases.every(concept, clause.folded):
            yield found.span()
