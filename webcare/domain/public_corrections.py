"""Words the one public correction of a run: what we wrote and when, what is right, sorry, the next update."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from webcare.domain.broadcasts import LANGUAGES, NEXT_UPDATE, ONLY, SHORT
from webcare.domain.corrections import moment, quoted

# What was wrong is quoted because it was said; what a check must judge is everything around it.
_HIDDEN = '"..."'
_OPENS, _CLOSES = "[\"'\u201c\u201e\u2018\u00ab]", "[\"'\u201d\u201c\u2019\u00bb]"

_ONCE = {"en": "At {first} we wrote", "nl": "Om {first} schreven we"}
_OFTEN = {"en": "Between {first} and {last} we wrote", "nl": "Tussen {first} en {last} schreven we"}
_RIGHT = {
    "en": "That was wrong; it should be:",
    "nl": "Dat klopte niet; het moet zijn:",
}
_NOT_KNOWN = {
    "en": "That was wrong. We don't know yet what is right.",
    "nl": "Dat klopte niet. We weten nog niet wat wel klopt.",
}
_SORRY = {
    "en": ("That was our mistake and we're sorry. If you acted on it, write to us and we'll put it right."),
    "nl": "Dat is onze fout, sorry. Heb je er al naar gehandeld? Schrijf ons, dan lossen we het op.",
}
_SHORT_SORRY = {"en": "Our mistake, sorry.", "nl": "Onze fout, sorry."}
_HEAD = {"en": "Correction", "nl": "Rectificatie"}
_NEXT = {"en": "Next update {next_update_at}.", "nl": "Volgende update {next_update_at}."}


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was said to everybody: the fact, its wrong words per language, and when the posts left (aware).

    `is_right_known`: the fact has words again that may be said. `promises_next`: an update follows, so
    that the text names its moment. `zone` is the one in which people read the time.
    """

    key: str
    wrong: Mapping[str, str]
    first: datetime
    last: datetime
    is_right_known: bool
    promises_next: bool
    zone: tzinfo = UTC


def parts(of: Mistake) -> dict[str, dict[str, str]]:
    """Return the draft per language: a text, and a short one for channels that take little."""
    return {
        language: {ONLY: " ".join(_long(of, language)), SHORT: " ".join(_short(of, language))}
        for language in LANGUAGES
    }


def unquoted(text: str, wrong: Mapping[str, str]) -> str:
    """Return a text whose quotes of the wrong words say nothing any more; outside of quotes they stay."""
    for words in sorted(_quotes(wrong), key=len, reverse=True):
        text = re.sub(f"{_OPENS}{re.escape(words)}[.]?{_CLOSES}", lambda _: _HIDDEN, text)
    return text


def struck(text: str, wrong: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """Return a published text in pieces, each with whether it is words that turned out wrong."""
    words = sorted({each.strip().removesuffix(".") for each in wrong} - {""}, key=len, reverse=True)
    if not words:
        return ((text, False),)
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return tuple((piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece)


def _quotes(wrong: Mapping[str, str]) -> Iterable[str]:
    return {quoted(words) for words in wrong.values()} - {""}


def _long(of: Mistake, language: str) -> Iterable[str]:
    wording = _ONCE if of.first == of.last else _OFTEN
    first, last = (moment(each, language, of.zone) for each in (of.first, of.last))
    yield f"{_HEAD[language]}."
    yield f'{wording[language].format(first=first, last=last)}: "{_wrong(of, language)}".'
    yield _right(of, language)
    yield _SORRY[language]
    yield from _following(of, language)


def _short(of: Mistake, language: str) -> Iterable[str]:
    yield f'{_HEAD[language]} ({moment(of.first, language, of.zone)}): "{_wrong(of, language)}".'
    yield _right(of, language)
    yield _SHORT_SORRY[language]
    yield from _following(of, language)


def _right(of: Mistake, language: str) -> str:
    return f'{_RIGHT[language]} "{{{of.key}}}".' if of.is_right_known else _NOT_KNOWN[language]


def _following(of: Mistake, language: str) -> Iterable[str]:
    if of.promises_next and of.key != NEXT_UPDATE:
        yield _NEXT[language]


def _wrong(of: Mistake, language: str) -> str:
    return quoted(of.wrong.get(language) or of.wrong.get("en") or next(iter(of.wrong.values()), ""))
