"""Decides which conversations an activation covers: by inbox, by language and by label."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from webcare.domain.language import UNKNOWN


class Place(Protocol):
    """A conversation, as far as it says which activations cover it."""

    @property
    def inbox_id(self) -> int:
        """Return the inbox that it stands in."""

    @property
    def language(self) -> str:
        """Return the code of its language, `und` while nobody can tell."""

    @property
    def labels(self) -> Collection[str]:
        """Return its labels."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an activation covers; an empty part asks for nothing, so an empty coverage is everything.

    A conversation is covered when every part that asks for something finds one of its own there.
    """

    inboxes: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Coverage:
        """Return what is stored with an activation as a value; an absent part asks for nothing."""
        return cls(
            tuple(plain.get("inboxes") or ()),
            tuple(plain.get("languages") or ()),
            tuple(plain.get("labels") or ()),
        )

    @property
    def is_everything(self) -> bool:
        """Return whether it leaves nothing out."""
        return not (self.inboxes or self.languages or self.labels)

    def plain(self) -> dict[str, list[Any]]:
        """Return it as it is stored: only the parts that ask for something, each in order and once."""
        parts: dict[str, tuple[Any, ...]] = {
            "inboxes": self.inboxes,
            "languages": self.languages,
            "labels": self.labels,
        }
        return {name: sorted(set(part)) for name, part in parts.items() if part}

    def covers(self, place: Place) -> bool:
        """Return whether it covers the conversation at `place`.

        A conversation whose language nobody can tell is covered by every language: when unsure a
        contact goes up. One who writes only "???" in the worst week must not fall back to quiet days
        because a model could not read it; a person who can read it sees so, and it settles by itself.
        """
        return (
            (not self.inboxes or place.inbox_id in self.inboxes)
            and (not self.languages or place.language == UNKNOWN or place.language in self.languages)
            and (not self.labels or not set(self.labels).isdisjoint(place.labels))
        )

    def meet(self, other: Coverage) -> Coverage | None:
        """Return what both name, None when one of the parts keeps them apart.

        By what they name: a conversation with two labels, or in no known language, can still be covered
        by two that this calls apart.
        """
        found: list[tuple[Any, ...]] = []
        pairs: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...] = (
            (self.inboxes, other.inboxes),
            (self.languages, other.languages),
            (self.labels, other.labels),
        )
        for own, theirs in pairs:
            both = tuple(each for each in own if each in theirs) if own and theirs else own or theirs
            if own and theirs and not both:
                return None
            found.append(both)
        return Coverage(*found)

    def words(self, inbox_names: Collection[str]) -> str:
        """Return it in English for Slack and the timeline: `inbox Post, languages de, nl`."""
        parts = [
            _named("inbox", "inboxes", inbox_names),
            _named("language", "languages", self.languages),
            _named("label", "labels", self.labels),
        ]
        return ", ".join(part for part in parts if part) or "everything"


EVERYTHING = Coverage()


def _named(one: str, many: str, names: Collection[str]) -> str:
    return f"{one if len(names) == 1 else many} {', '.join(names)}" if names else ""
