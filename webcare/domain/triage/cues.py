"""The rules of triage as data: concepts with words per language, and cues that combine them into intents."""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from webcare.domain.triage.lexicon import Lexicon
from webcare.domain.urgency import Urgency

BEWARE = "beware:"
# Not an intent of any playbook: the lane for what the rules can't read.
HUMAN = "human_triage"


def _level(value: Any) -> Any:
    return Urgency[value] if isinstance(value, str) and value in Urgency.__members__ else value


def _phrases(value: Any) -> Any:
    """Take a list or one comma-separated line; fold as words are folded."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(folded for part in parts if (folded := _fold(str(part))))


def _fold(phrase: str) -> str:
    plain = unicodedata.normalize("NFKD", phrase.casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def _alternatives(value: Any) -> Any:
    return [part.split("|") if isinstance(part, str) else part for part in value]


Level = Annotated[Urgency, BeforeValidator(_level)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases)]
Groups = Annotated[tuple[tuple[str, ...], ...], BeforeValidator(_alternatives)]
Hours = dict[Level, float]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Concept(_Frozen):
    """One thing that can be said: phrases per language, and `beware` phrases in which it isn't meant.

    `question_mark`: the mark says it too, in any language. `is_loose`: a building block so common that a
    sentence which shows nothing else still counts as not understood.
    """

    words: dict[str, Phrases]
    beware: dict[str, Phrases] = {}
    question_mark: bool = False
    is_loose: bool = False


class Cue(_Frozen):
    """One combination that counts: every group of `all` is said within `within`, nothing of `none` is.

    A group is one concept or alternatives `a|b`. `level` defaults to the intent's base. `deadline` maps
    a level to hours: a moment read near the cue that is no further away raises the cue to that level.
    `only_with_deadline`: without such a moment the cue says nothing. `despite` names contexts (past,
    dismissed ...) that don't take this cue away. `is_unsure` sends it to the human triage lane.
    """

    all: Groups = Field(min_length=1)
    none: tuple[str, ...] = ()
    within: Literal["sentence", "near", "message"] = "near"
    level: Level | None = None
    says: str
    deadline: Hours = {}
    only_with_deadline: bool = False
    despite: tuple[str, ...] = ()
    is_unsure: bool = False
    unless_wary: bool = False

    @cached_property
    def others(self) -> tuple[frozenset[str], ...]:
        """Return the groups beside the first, to see at once that one of them isn't said at all."""
        return tuple(frozenset(group) for group in self.all[1:])


class Intent(_Frozen):
    """What a contact wants: the level it starts at, the cues that show it, contexts it ignores.

    `title` is how people call it, per language; `says` stands in the reasons. `is_fallback`: a general
    reading that counts only while nothing more precise was understood.
    """

    base: Level
    says: str
    title: dict[str, str] = {}
    cues: tuple[Cue, ...] = ()
    despite: tuple[str, ...] = ()
    is_fallback: bool = False


class Promotion(_Frozen):
    """A circumstance that raises these intents one level, never above U1."""

    when: Groups
    intents: tuple[str, ...]
    says: str
    none: tuple[str, ...] = ()
    from_level: Level = Urgency.U2

    @cached_property
    def cue(self) -> Cue:
        """Return the circumstance as a cue that may stand anywhere in the message."""
        return Cue(all=self.when, none=self.none, within="message", says=self.says)


class Context(_Frozen):
    """A concept that takes the urgency away from what is said near it: past, negated, solved, imagined."""

    says: str
    reach: Literal["words", "sentence", "message"] = "sentence"


class CueSet(_Frozen):
    """All rules of one playbook, immutable; `zone` is where relative times count when nobody says better."""

    zone: str = "Europe/Amsterdam"
    concepts: dict[str, Concept] = {}
    intents: dict[str, Intent] = {}
    promotions: tuple[Promotion, ...] = ()
    contexts: dict[str, Context] = {}
    wary: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        """Refuse a rule that names a concept or intent that doesn't exist, and say which."""
        for where, name in self._named():
            if name not in self.concepts:
                message = (
                    f"{where} names the concept '{name}', which is not in concepts. Add it or mend the name."
                )
                raise ValueError(message)
        for promotion in self.promotions:
            for name in promotion.intents:
                if name not in self.intents and name != HUMAN:
                    message = (
                        f"promotion '{promotion.says}' names the intent '{name}', which is not in intents."
                    )
                    raise ValueError(message)
        return self

    def _named(self) -> list[tuple[str, str]]:
        named = [(f"context '{name}'", name) for name in self.contexts]
        named += [("wary", name) for name in self.wary]
        for slug, intent in self.intents.items():
            for cue in intent.cues:
                where = f"intent '{slug}', cue '{cue.says}'"
                named += [(where, name) for group in cue.all for name in group]
                named += [(where, name) for name in cue.none]
        for promotion in self.promotions:
            where = f"promotion '{promotion.says}'"
            named += [(where, name) for group in promotion.when for name in group]
            named += [(where, name) for name in promotion.none]
        return named

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the compiled phrases; made at first use, kept as long as the cue set lives."""
        phrases = {name: dict(concept.words) for name, concept in self.concepts.items()}
        phrases |= {BEWARE + name: dict(one.beware) for name, one in self.concepts.items() if one.beware}
        return Lexicon(phrases)

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Return the concepts that a question mark says."""
        return tuple(name for name, concept in self.concepts.items() if concept.question_mark)

    @cached_property
    def bewares(self) -> frozenset[str]:
        """Return what the lexicon calls the phrases in which a concept isn't meant."""
        return frozenset(BEWARE + name for name, concept in self.concepts.items() if concept.beware)

    @cached_property
    def loose(self) -> frozenset[str]:
        """Return the concepts that explain nothing when they stand alone."""
        return frozenset(name for name, concept in self.concepts.items() if concept.is_loose)

    @cached_property
    def by_concept(self) -> dict[str, tuple[tuple[str, Cue], ...]]:
        """Return the cues to try when a concept is said: those that have it in their first group."""
        found: dict[str, list[tuple[str, Cue]]] = {}
        for slug, intent in self.intents.items():
            for cue in intent.cues:
                for name in cue.all[0]:
                    found.setdefault(name, []).append((slug, cue))
        return {name: tuple(cues) for name, cues in found.items()}


def merged(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return the rules of `base` with those of `extra` added, both as read from YAML; neither changes.

    Concepts gain phrases, intents gain cues, promotions and contexts are added; a scalar (a base level,
    a sentence) is replaced. So a new crisis brings its own words without repeating ours.
    """
    return _merged(base, extra, are_phrases=False)


def _merged(base: dict[str, Any], extra: dict[str, Any], *, are_phrases: bool) -> dict[str, Any]:
    result = dict(base)
    for key, value in extra.items():
        inside = are_phrases or key in {"words", "beware"}
        result[key] = _joined(result[key], value, are_phrases=inside) if key in result else value
    return result


def _joined(old: Any, new: Any, *, are_phrases: bool) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return _merged(old, new, are_phrases=are_phrases)
    if are_phrases:
        return [*_as_list(old), *_as_list(new)]
    if isinstance(old, (list, tuple)) and isinstance(new, (list, tuple)):
        return [*old, *new]
    return new


def _as_list(phrases: Any) -> list[Any]:
    return phrases.split(",") if isinstance(phrases, str) else list(phrases)
