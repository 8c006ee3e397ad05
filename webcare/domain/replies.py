"""Fills reply templates with facts and values, and says why one may not leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from webcare.domain.facts import FactState, FactVersion, state, usable
from webcare.domain.playbook.placeholders import PLACEHOLDERS
from webcare.domain.playbook.sentences import FactSpec, ReplyTemplate, Snippet
from webcare.domain.playbook.shape import Playbook
from webcare.domain.playbook.text import Text
from webcare.domain.playbook.wording import Branch, Piece, Slot, names, parse

_HEDGES = {
    "en": "probably; not confirmed yet",
    "nl": "waarschijnlijk; nog niet bevestigd",
    "de": "wahrscheinlich; noch nicht bestätigt",
    "fr": "probablement ; pas encore confirmé",
    "es": "probablemente; aún sin confirmar",
}
YES = "yes"


@dataclass(frozen=True, slots=True)
class FactProblem:
    """Why a required fact can't be stated; the sentence names the fact and what to do."""

    key: str
    state: FactState | Literal["missing"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a reply stands on: the playbook's facts and snippets by key, the versions in force, the time."""

    specs: Mapping[str, FactSpec]
    snippets: Mapping[str, Snippet]
    facts: Mapping[str, FactVersion]
    now: datetime

    @classmethod
    def of(cls, playbook: Playbook, facts: Mapping[str, FactVersion], now: datetime) -> Ground:
        """Return the ground of a playbook with the fact versions in force at `now` (aware)."""
        specs = {each.key: each for each in playbook.facts}
        return cls(specs, {each.key: each for each in playbook.snippets}, facts, now)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled text: which fact versions it rests on, which placeholders still need a hand.

    `unfilled` names stand in the text between braces. `notices` are sentences for the agent.
    """

    text: str
    facts: dict[str, int]
    unfilled: tuple[str, ...]
    notices: tuple[str, ...]
    language: str


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names in a text, each once, in order; raise WordingError when braces don't add up."""
    return tuple(dict.fromkeys(names(parse(text))))


def problems(
    template: ReplyTemplate, facts: Mapping[str, FactVersion], now: datetime
) -> tuple[FactProblem, ...]:
    """Return one problem per required fact that can't be stated at `now`; empty means that it may leave."""
    found = (_problem(key, facts.get(key), template, now) for key in template.requires)
    return tuple(problem for problem in found if problem)


def render(template: ReplyTemplate, language: str, ground: Ground, values: Mapping[str, str]) -> Rendered:
    """Return a template filled in `language` (code), in English when it has no such text.

    Facts come from the ground, everything else from `values` by placeholder name. Whatever stands
    in a value stays literal: nothing is read twice. Raises nothing when something is missing: it
    is named in `unfilled`; whether the text may leave is decided by `problems`.
    """
    chosen = language if language in template.texts.root else "en"
    writer = _Writer(template, chosen, ground, values)
    if chosen != language:
        writer.notice(f"This reply has no '{language}' text; the English one is shown.")
    for key in template.requires:
        if key in ground.facts:
            writer.facts[key] = ground.facts[key].version
    text = writer.write(parse(template.texts.of(chosen)))
    return Rendered(
        text.strip(), writer.facts, tuple(dict.fromkeys(writer.unfilled)), tuple(writer.notices), chosen
    )


@dataclass(slots=True)
class _Writer:
    """Writes one text and remembers what it used on the way."""

    template: ReplyTemplate
    language: str
    ground: Ground
    values: Mapping[str, str]
    facts: dict[str, int] = field(default_factory=dict)
    unfilled: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def write(self, pieces: tuple[Piece, ...]) -> str:
        """Return the words of the pieces, one after the other."""
        return "".join(self._piece(piece) for piece in pieces)

    def notice(self, sentence: str) -> None:
        """Keep a sentence for the agent, once."""
        if sentence not in self.notices:
            self.notices.append(sentence)

    def _piece(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, Branch):
            return self.write(piece.pieces) if self._stands(piece.name) else ""
        if piece.name in self.ground.snippets:
            return self.write(parse(self._in_language(self.ground.snippets[piece.name].texts, piece.name)))
        if piece.name in self.ground.specs:
            return self._fact(piece)
        return self._value(piece.name)

    def _stands(self, name: str) -> bool:
        """Return whether the words of a branch stand; an open question to the agent is remembered."""
        if name in self.ground.specs:
            return self._is_usable(name)
        value = self.values.get(name, "").strip()
        known = PLACEHOLDERS.get(name)
        if known is None or not known.is_condition:
            return bool(value)
        if not value and known.filled_by == "agent":
            self.unfilled.append(name)
        return value == YES

    def _is_usable(self, key: str) -> bool:
        fact = self.ground.facts.get(key)
        return fact is not None and usable(fact, self.ground.now)

    def _fact(self, slot: Slot) -> str:
        """Return a fact's words, the honest sentence when it is unknown, or the open slot."""
        key, fact = slot.name, self.ground.facts.get(slot.name)
        if fact is not None and self._is_usable(key):
            self.facts[key] = fact.version
            return self._stated(fact)
        may_be_unknown = key in self.template.branches_on_unknown or key in self.template.optional
        is_known_unknown = key in self.template.optional or (
            fact is not None and state(fact, self.ground.now) == "unknown"
        )
        sentence = self.ground.specs[key].if_unknown
        if sentence is None or not may_be_unknown or not is_known_unknown:
            return self._open(key)
        if fact is not None:
            self.facts[key] = fact.version
        return self.write(parse(self._in_language(sentence, key)))

    def _stated(self, fact: FactVersion) -> str:
        """Return the value in the language; a likely fact says that it isn't sure."""
        words = fact.values.get(self.language)
        if not words and fact.values.get("en"):
            words = fact.values["en"]
            self.notice(f"The fact '{fact.key}' has no '{self.language}' words; the English ones are shown.")
        if not words:
            return self._open(fact.key)
        if fact.status == "likely":
            return f"{words} ({_HEDGES.get(self.language, _HEDGES['en'])})"
        return words

    def _in_language(self, texts: Text, key: str) -> str:
        if self.language not in texts.root:
            self.notice(f"'{key}' has no '{self.language}' text; the English one is shown.")
        return texts.of(self.language)

    def _value(self, name: str) -> str:
        value = self.values.get(name, "").strip()
        return value or self._open(name)

    def _open(self, name: str) -> str:
        self.unfilled.append(name)
        return f"{{{name}}}"


def _problem(
    key: str, fact: FactVersion | None, template: ReplyTemplate, now: datetime
) -> FactProblem | None:
    """Return what is wrong with one required fact, or None when it may be stated."""
    if fact is None:
        return FactProblem(
            key, "missing", f"The fact '{key}' is not on the desk yet; ask the fact keeper for it."
        )
    found = state(fact, now)
    if found in {"valid", "expiring"} or (found == "unknown" and key in template.branches_on_unknown):
        return None
    return FactProblem(key, found, _sentence(fact, found))


def _sentence(fact: FactVersion, found: FactState) -> str:
    """Return the sentence for a fact that can't be stated."""
    name = f"The fact '{fact.key}'"
    if found == "expired":
        return f"{name} expired at {_moment(fact.valid_until)}; ask the fact keeper to confirm it."
    if found == "retracted":
        return (
            f"{name} was retracted (version {fact.version}); use another reply until there is a new version."
        )
    if found == "unknown":
        return f"{name} is not known yet; use a reply that says so, or ask the fact keeper."
    if fact.kind == "contact":
        return f"{name} was not confirmed by two different people; ask a second person to verify it."
    return f"{name} is not verified; ask the fact keeper to confirm it and say until when it holds."


def _moment(moment: datetime | None) -> str:
    """Return a moment as people read it, in UTC, with its day."""
    return moment.astimezone(UTC).strftime("%H:%M UTC on %d %B") if moment else "an unknown moment"
