"""Holds the smallest values that every part of a playbook is made of: keys and texts for people."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints
from pydantic_core import PydanticCustomError

Urgency = Literal["U0", "U1", "U2", "U3", "U4"]

Key = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]*(?:[.-][a-z0-9_]+)*$", max_length=64),
    Field(strict=True),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


def _not_blank(words: str) -> str:
    """Return the words without blanks around them; raise when nothing is left."""
    kept = words.strip()
    if not kept:
        raise PydanticCustomError(
            "blank", "the text is empty", {"mend": "write the words, or remove the key"}
        )
    return kept


Words = Annotated[str, AfterValidator(_not_blank)]

NAMES = {"en": "English", "nl": "Dutch"}


def _both(texts: dict[str, str]) -> dict[str, str]:
    """Return the texts; raise when English or Dutch is missing."""
    for code, name in NAMES.items():
        if code not in texts:
            raise PydanticCustomError(
                "language_missing",
                "the {language} text is missing",
                {"language": name, "mend": f"add a line '{code}: ...' next to the other language"},
            )
    return texts


class Part(BaseModel):
    """Base of everything in a playbook: it never changes, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(RootModel[Annotated[dict[Language, Words], AfterValidator(_both)]]):
    """Words for people per language code; English and Dutch are always there."""

    model_config = ConfigDict(frozen=True)

    @property
    def en(self) -> str:
        """Return the English words."""
        return self.root["en"]

    @property
    def nl(self) -> str:
        """Return the Dutch words."""
        return self.root["nl"]

    def of(self, language: str | None) -> str:
        """Return the words in a language code, or the English ones when that language is not there."""
        return self.root.get(language or "en", self.root["en"])


class Keyed(Part):
    """A part that a playbook finds, and merges, by its key."""

    key: Key


class Titled(Keyed):
    """A keyed sentence for people, such as an exit criterion or a risk."""

    title: Text
