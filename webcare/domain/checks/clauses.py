"""Cuts a draft into sentences and clauses, and tells in which mood each of them is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from webcare.domain.checks.number_words import MONTHS
from webcare.domain.checks.phrases import LANGUAGES, Phrases, phrases

# A sentence ends at a mark and white space, not within 14.00, a.m., Mr. or bijv.
_ENDS = re.compile(r"[.!?\u2026]+[\"')\]\u00bb]*(?=\s|$)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|dhr|mevr|nr|st|ca|resp|bijv|bv|approx|no|max|min|tel|incl|z\.?b|bzw|sr"
    r"|sra|mme|ing|drs|e\.g|i\.e|a\.m|p\.m|a\.u\.b|s\.v\.p|o\.a|d\.w\.z|t/m|[^\W\d])\.)$"
)
# "30. April" goes on; "in hall 1. The" does not.
_ORDINAL = re.compile(rf"[\s\d]\d\.\s{MONTHS}")
_STARTERS = (
    r"(?:we|i|you|your|they|the|it|our|all|an?|someone|somebody|een|iemand|ein|eine|jemand|une?|una"
    r"|everyone|there|then|this|that|wij|ik|je|jij|u|jouw|uw"
    r"|ze|zij|de|het|er|dan|dit|dat|alle"
    r"|iedereen|wir|ich|sie|du|ihr|ihre?n?|die|der|das|es|alle|dann|nous|je|vous|votre|vos|ils|il"
    r"|le|la|les|tous|on|nosotros|usted|su|el|los|todos|se)"
)
_BREAK = re.compile(
    r"[;]\s*|,\s+|\s[-\u2013\u2014]\s|\u2014|\s?\(|\)\s?"
    r"|(?<!\bzeg)(?<!\bkom)(?<!\bdoe)(?<!\bgeef)(?<!\blaat)(?<!\bvraag)(?<!\bbel)(?<!\bstuur)(?<!\bkijk)"
    r"\s(?=(?:but|maar|aber|mais|pero|because|omdat|weil|parce que|porque|so that|although|hoewel|though)\b)"
    rf"|\s(?=(?:and|en|und|et|y|so|dus)\s{_STARTERS}\b)"
    r"|:\s+(?=\w+\s+\w+\s+\w+)"
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|can|has|have|do|does|zijn|wordt|worden|zal|zullen|kan|kunnen"
    r"|heeft|hebben|gaat|gaan|komt|krijgt|krijg"
    r"|ist|sind|wird|werden|kann|hat|haben|est|sont|sera|seront|peut|a|ont|es|son|sera|puede|ha"
    r"|han|estan?|\w+'(?:ll|re|ve|s))\b"
)
_FRESH = re.compile(rf"(?:(?:but|and|so|maar|en|dus|aber|und|mais|et|pero|y|then|dan)\s)?{_STARTERS}\b")
_ANAPHORA = re.compile(
    r"(?:(?:but|maar|although|hoewel|though|aber|mais|pero|and|en)\s)?(?:that|dat|this|dit|it|das"
    r"|cela|ca|eso)\b"
)
_TAG = re.compile(r",\s*(?:ok|okay|right|toch|alright|goed|oke|ja|oder|non|no|vale)\s*\?+$")
_CHECK = re.compile(r",\s*(?:right|toch|non|verdad|richtig|ne|he|hein|isn't it|aren't you|or not)\s*\?+$")
_CONFIRM = re.compile(
    r"\b(?:is (?:that|this|it) (?:still )?(?:right|correct)|(?:does|did) that (?:sound|look) "
    r"right|klopt (?:dat|dit|het)(?: nog)?|is dat (?:nog )?(?:goed|juist|zo)|stimmt das|ist das "
    r"richtig|richtig|c'est bien ca|es correcto|correct|agreed|akkoord)\s*\?+$"
)
_THAT = re.compile(r"(?:that|dat|dass|que|at least|tenminste|in any case)\b")
_MOODS = (
    "hedge",
    "ignorance",
    "correction",
    "customer",
    "customer_weak",
    "process",
    "process_past",
    "instruction",
)
_INHERITED = frozenset({"hedge", "ignorance", "correction", "customer", "process_past"})
_SOFT = frozenset({"hedge", "ignorance"})
_AND = ("and ", "en ", "und ", "et ", "y ", "or ", "of ", "oder ", "ou ", "o ")
_LINK = re.compile(r"(?:and|but|so|or|en|maar|dus|of|und|aber|oder|et|mais|ou|y|pero|o)\s")
_WHICH = re.compile(
    r"(?:how|what|where|when|who|why|which|hoe|wat|waar|wanneer|wie|waarom|welke?|wo|wann|warum|welche\w*|was"
    r"|comment|ou|quand|qui|pourquoi|quel\w*|como|cuando|donde|quien|cual\w*)\b"
)
_LETTERS = re.compile(r"[a-z']+")
# "... goes every hour and has room for prams": the second verb states something of its own.
_ELIDED = re.compile(
    r"\s(?=(?:and|en|und|et|y)\s(?:[\w'-]+\s){0,3}?(?:is|are|was|were|has|zijn|wordt|worden|heeft|hebben"
    r"|ist|sind|war|waren|wird|werden|hat|haben|est|sont|sera|ont|esta|estan|tiene|tienen|hay)\b)"
)
_WITH_SUBJECT = re.compile(
    r"\s(?=(?:and|en|und|et|y)\s(?!to\b|te\b|zu\b)(?:[\w'-]+\s){1,3}?(?:is|are|was|were|has|zijn|wordt|worden|kan|kunnen"
    r"|ist|sind|war|waren|wird|werden|kann|konnen|est|sont|sera|ont|peut|esta|estan|puede)\b)"
)
# "While yours is in the workshop you get ...": what follows the condition stands on its own.
_MAIN = re.compile(
    r"^\w+(?:\s[\w'-]+){3,12}?(\s)(?:you|we|they|everyone|nobody)\s(?:can|get|may|will|are|have|keep|receive|pay)\b"
)
_BY_US = re.compile(r"(?:i|we|you|ik|wij|je|jij|u|ich|wir|sie|du|nous|vous|j')\b")
_HALF = 4
_LONGEST = 400
_SHORT = 60
_BACK = 2


@dataclass(slots=True)
class Clause:
    """A piece of a sentence: its folded words, where it stands, and the moods it is said in.

    Moods: question, condition, hedge, ignorance (we don't know), correction (it was wrong), customer
    (their words), customer_weak (I see that ...), process (what we do), process_past, instruction.
    """

    start: int
    end: int
    folded: str
    sentence: int
    language: str
    moods: set[str] = field(default_factory=set)
    is_first: bool = True

    @property
    def phrases(self) -> Phrases:
        """Return the phrases of this clause's language."""
        return phrases(self.language)

    def says(self, concept: str) -> bool:
        """Return whether the clause says something of this concept."""
        return self.phrases.has(concept, self.folded)


def languages_of(folded: str, declared: str | None) -> str:
    """Return the likeliest of our languages for a piece of folded text; `declared` wins when it is close."""
    counts: Counter[str] = Counter()
    for word in set(_LETTERS.findall(folded)):
        for language in _spoken(word):
            counts[language] += 1
    default = declared if declared in LANGUAGES else "en"
    if not counts:
        return default
    best, most = counts.most_common(1)[0]
    return best if most > counts[default] + (declared in LANGUAGES) else default


@lru_cache(maxsize=8192)
def _spoken(word: str) -> tuple[str, ...]:
    """Return the languages that have this small word."""
    return tuple(language for language in LANGUAGES if word in phrases(language).small_words)


def clauses(folded: str, declared: str | None) -> list[Clause]:
    """Return the clauses of a folded text in order, with their moods."""
    main = languages_of(folded, declared)
    found: list[Clause] = []
    for number, (start, end) in enumerate(_sentences(folded)):
        sentence = folded[start:end]
        language = languages_of(sentence, main)
        found.extend(
            Clause(start + at, start + upto, sentence[at:upto], number, language, set(moods), at == 0)
            for at, upto, moods in _read(sentence, language)
        )
    _disclaim(found)
    return found


@lru_cache(maxsize=1024)
def _read(sentence: str, language: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """Return where the clauses of a sentence stand in it, and their moods."""
    pieces = [
        Clause(at, upto, sentence[at:upto], 0, language) for at, upto in _pieces(sentence, phrases(language))
    ]
    _feel(pieces, sentence)
    return tuple((each.start, each.end, frozenset(each.moods)) for each in pieces)


def _sentences(folded: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _ENDS.finditer(folded):
        if mark[0] == "." and (
            _ABBREVIATION.search(folded, max(start, mark.end() - 8), mark.end())
            or _ORDINAL.match(folded, mark.end() - 3)
        ):
            continue
        yield from _trimmed(folded, start, mark.end())
        start = mark.end()
    yield from _trimmed(folded, start, len(folded))


def _trimmed(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = folded[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _pieces(sentence: str, words: Phrases) -> Iterator[tuple[int, int]]:
    cuts = {(found.start(), found.end()) for found in _BREAK.finditer(sentence)}
    cuts |= {(found.start(), found.start()) for found in words.every("condition", sentence)}
    joined = _ELIDED if _BY_US.match(sentence) is None else _WITH_SUBJECT
    cuts |= {
        found.span() for found in joined.finditer(sentence) if sentence.count(" ", 0, found.start()) >= _HALF
    }
    if words.opens("condition", sentence):
        cuts |= {found.span(1) for found in _MAIN.finditer(sentence)}
    cuts |= {(at, at) for at in range(_LONGEST, len(sentence), _LONGEST)}
    at = 0
    for start, end in sorted(cuts):
        if start > at and sentence[at:start].strip():
            yield at, start
        at = max(at, end)
    if sentence[at:].strip():
        yield at, len(sentence)


def _feel(pieces: list[Clause], sentence: str) -> None:
    """Give the pieces of one sentence their moods, some of which last from one piece to the next."""
    before: set[str] = set()
    asked = _asked_from(pieces, sentence)
    for place, piece in enumerate(pieces):
        words, text = piece.phrases, piece.folded
        piece.moods |= {mood for mood in _MOODS if mood != "instruction" and words.has(mood, text)}
        if words.opens("instruction", text):
            piece.moods.add("instruction")
        if words.opens("condition", text) or (place == 0 and words.opens("condition_open", text)):
            piece.moods.add("condition")
        if place >= asked:
            piece.moods.add("question")
        if _goes_on(text):
            piece.moods |= _carried(text, before)
        if words.has("reporting", text):
            piece.moods -= {"process", "process_past", "customer_weak"}
        if "condition" not in piece.moods:
            before = piece.moods
    for piece, after in pairwise(pieces):
        if len(after.folded) <= _SHORT and after.says("disclaim"):
            piece.moods.add("hedge")


def _asked_from(pieces: list[Clause], sentence: str) -> int:
    """Return from which piece on a sentence asks; how many pieces there are when it asks nothing."""
    is_vowed = _vows(pieces)
    reads_back = bool(pieces) and pieces[0].phrases.has("read_back", sentence) and not is_vowed
    if reads_back:
        return 0
    if _TAG.search(sentence) is not None or not sentence.rstrip("\"' )").endswith("?"):
        return 0 if _CHECK.search(sentence) is not None and not is_vowed else len(pieces)
    first = next((place for place, each in enumerate(pieces) if _asks(each)), len(pieces) - 1)
    # "The 18:40, is that yours?": a fragment before a question belongs to it.
    is_led_in = not any(_FINITE.search(each.folded) for each in pieces[:first])
    return 0 if _CONFIRM.search(sentence) is not None or is_led_in else first


def _asks(piece: Clause) -> bool:
    """Return whether a piece begins as a question does."""
    return piece.phrases.opens("question", _LINK.sub("", piece.folded))


def _vows(pieces: list[Clause]) -> bool:
    """Return whether pieces hold a promise, which asking for agreement doesn't take back."""
    return any(each.says(concept) for each in pieces for concept in ("commitment", "guarantee", "future"))


def _carried(text: str, before: set[str]) -> set[str]:
    """Return the moods that a piece takes over from the one before, which it carries further."""
    is_finite = _FINITE.search(text) is not None
    kept = before & (_SOFT if is_finite and not _THAT.match(text) else _INHERITED)
    return kept | (before & {"instruction"} if text.startswith(_AND) and not is_finite else set())


def _goes_on(text: str) -> bool:
    """Return whether a piece only carries the one before further."""
    if _THAT.match(text):
        return True
    return _FRESH.match(text) is None or (
        _FINITE.search(text) is None and text.startswith(("and ", "en ", "und ", "et ", "y "))
    )


def _disclaim(found: list[Clause]) -> None:
    """Take back what a following sentence takes back: "We can't promise that."."""
    for place, clause in enumerate(found):
        # "How is she now?" asks on; only "Is that right?" asks whether what was said is so.
        if (
            "question" in clause.moods
            and _WHICH.match(clause.folded) is None
            and clause.says("confirm_question")
        ):
            back = [other for other in found[:place] if other.sentence >= clause.sentence - _BACK]
            for sentence in {other.sentence for other in back}:
                pieces = [other for other in back if other.sentence == sentence]
                if not _vows(pieces):
                    for other in pieces:
                        other.moods.add("question")
        if not (clause.says("disclaim") and len(clause.folded) <= _SHORT):
            continue
        if (place and found[place - 1].sentence == clause.sentence - 1) or _ANAPHORA.match(clause.folded):
            for other in found[:place]:
                if other.sentence == clause.sentence - 1:
                    other.moods.add("hedge")
