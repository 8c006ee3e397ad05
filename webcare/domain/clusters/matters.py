"""What messages can be about, in words of five languages: where the same question meets itself."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from webcare.domain.clusters.compounds import Compounds
from webcare.domain.triage.lexicon import Lexicon

LANGUAGES = ("en", "nl", "de", "fr", "es")


def _columns(value: Any) -> Any:
    """Take "English | Dutch | German | French | Spanish" apart; anything else is refused by the type."""
    if not isinstance(value, str):
        return value
    columns = value.split("|")
    if len(columns) != len(LANGUAGES):
        what = f"{value[:40]!r} has {len(columns)} languages"
        sentence = f"{what}. Write five, with | between: en | nl | de | fr | es."
        raise ValueError(sentence)
    return {
        language: tuple(phrase for part in column.split(",") if (phrase := " ".join(part.split())))
        for language, column in zip(LANGUAGES, columns, strict=True)
    }


def _words(value: Any) -> Any:
    return frozenset(value.split()) if isinstance(value, str) else value


Phrases = Annotated[dict[str, tuple[str, ...]], BeforeValidator(_columns)]
Names = Annotated[frozenset[str], BeforeValidator(_words)]
Empty = Annotated[frozenset[str], BeforeValidator(_words)]


class Matters(BaseModel):
    """The things, deeds, states, settings, needs and ways of asking that a text can show, by name.

    A name stands in one section only. `empty` holds, per language, the words that tell nothing. Of the
    names in one group of `rivals` a question is about one: a bike or a dog, lost or damaged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    matters: dict[str, Phrases]
    deeds: dict[str, Phrases] = {}
    states: dict[str, Phrases] = {}
    settings: dict[str, Phrases] = {}
    needs: dict[str, Phrases] = {}
    asks: dict[str, Phrases] = {}
    empty: dict[str, Empty] = {}
    rivals: dict[str, Names] = {}

    @model_validator(mode="after")
    def _rivals_are_known(self) -> Self:
        for group, names in self.rivals.items():
            if strange := sorted(names - self.kinds.keys()):
                sentence = f"rivals of {group}: {', '.join(strange)} stand in no section. Mend the spelling."
                raise ValueError(sentence)
        return self

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Return of each name the section that it stands in."""
        sections = ("matters", "deeds", "states", "settings", "needs", "asks")
        return {name: section for section in sections for name in getattr(self, section)}

    @cached_property
    def lexicon(self) -> Lexicon:
        """Return the compiled phrases of all sections; made at first use."""
        return Lexicon(
            self.matters | self.deeds | self.states | self.settings | self.needs | self.asks,
        )

    @cached_property
    def compounds(self) -> Compounds:
        """Return what takes long words apart by these names."""
        return Compounds(self.lexicon, self.kinds)

    @cached_property
    def groups_of(self) -> dict[str, tuple[str, ...]]:
        """Return of each name the groups of rivals that it stands in."""
        found: dict[str, list[str]] = {}
        for group, names in self.rivals.items():
            for name in sorted(names):
                found.setdefault(name, []).append(group)
        return {name: tuple(groups) for name, groups in found.items()}

    @cached_property
    def languages_of(self) -> dict[str, tuple[str, ...]]:
        """Return of each empty word the languages that have it: those small words tell a language best."""
        found: dict[str, list[str]] = {}
        for language, words in self.empty.items():
            for word in sorted(words):
                found.setdefault(word, []).append(language)
        return {word: tuple(languages) for word, languages in found.items()}
