"""Reads what the checks say of a broadcast: the same that they say of a public reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from webcare.domain import broadcasts as words
from webcare.domain import checks, facts, house_words
from webcare.domain.broadcasts import Frame, Said
from webcare.domain.checks import CheckedDraft, Finding, GivenFact
from webcare.domain.playbook import Playbook
from webcare.domain.public_corrections import unquoted
from webcare.queries.broadcasts import BroadcastRow

# A broadcast carries no initials, and every channel's own length is counted elsewhere.
_NOT_ASKED = frozenset({"unsigned", "too_long", "repeated"})


@dataclass(frozen=True, slots=True)
class Found:
    """What one check says of one language, and the words it is about."""

    language: str
    finding: Finding
    quote: str

    @property
    def sentence(self) -> str:
        """Return it as one line for the page."""
        return f'{self.language.upper()} "{self.quote}": {self.finding.sentence}'


def of(
    row: BroadcastRow,
    said: tuple[Said, ...],
    frame: Frame,
    books: Sequence[Playbook],
    wrong: Mapping[str, str],
) -> tuple[Found, ...]:
    """Return the findings in every language; a playbook's own "no change" was read when it was written.

    The first of `books` is the broadcast's own playbook; the strictest of all counts. `wrong` are the words
    per language that a correction quotes: what stands between its quotation marks was said, and is not
    said again.
    """
    found = []
    for each in said:
        if row.kind == "nochange" and _is_own(row, each.language, books[0]):
            continue
        for text in _texts(each):
            found += _in(unquoted(text, wrong), each.language, frame, books)
    return tuple({one.sentence: one for one in found}.values())


def _texts(said: Said) -> tuple[str, ...]:
    """Return every wording that may leave; what is dropped for a length leaves nothing new."""
    return tuple(filter(None, (words.compose(said, None).text, said.words.get(words.SHORT, ""))))


def _in(text: str, language: str, frame: Frame, books: Sequence[Playbook]) -> list[Found]:
    draft = CheckedDraft(text, language, is_public=True, channel="webhook", facts=tuple(_given(frame)))
    return [
        Found(language, one, text[one.start : one.end])
        for one in house_words.applied(draft, checks.check(draft), books)
        if one.name not in _NOT_ASKED
    ]


def _is_own(row: BroadcastRow, language: str, playbook: Playbook) -> bool:
    template = words.nochange_template(playbook)
    own = (template.texts.of(language) if template else "", words.NO_CHANGE[language])
    return row.parts[language].get(words.ONLY) in own


def _given(frame: Frame) -> Iterator[GivenFact]:
    """Yield every fact on the desk with its words, and the moments that this broadcast itself names."""
    ground = frame.ground
    for key, fact in ground.facts.items():
        state = facts.state(fact, ground.now)
        if key == words.NEXT_UPDATE or state == "unverified":
            continue
        spoken = tuple(each for each in fact.values.values() if each)
        spec = ground.specs.get(key)
        if state == "unknown" and spec is not None and spec.if_unknown is not None:
            spoken = (*spoken, *spec.if_unknown.root.values())
        yield GivenFact(key, spoken, fact.status, is_expired=state == "expired")
    yield GivenFact(words.NEXT_UPDATE, tuple(filter(None, (frame.next_update, frame.as_of))))
