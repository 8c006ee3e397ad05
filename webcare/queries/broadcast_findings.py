"""Reads what the checks say of a broadcast: the same that they say of a public reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from webcare.domain import broadcasts as words
from webcare.domain import checks, facts
from webcare.domain.broadcasts import Frame, Said
from webcare.domain.checks import CheckedDraft, Finding, GivenFact
from webcare.domain.playbook import Playbook
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


def of(row: BroadcastRow, said: tuple[Said, ...], frame: Frame, playbook: Playbook) -> tuple[Found, ...]:
    """Return the findings in every language; a playbook's own "no change" was read when it was written."""
    found = []
    for each in said:
        if row.kind == "nochange" and _is_own(row, each.language, playbook):
            continue
        text = words.compose(each, None).text
        draft = CheckedDraft(
            text, each.language, is_public=True, channel="webhook", facts=tuple(_given(frame))
        )
        found += [
            Found(each.language, one, text[one.start : one.end])
            for one in checks.check(draft)
            if one.name not in _NOT_ASKED
        ]
    return tuple(found)


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
