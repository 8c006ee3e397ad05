"""Describes a rehearsal's synthetic messages and starting facts, and deals them out by a seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from webcare.domain.facts import FactVersion
from webcare.domain.playbook import injects
from webcare.domain.playbook.flaws import Flaw, closest
from webcare.domain.playbook.injects import Inject
from webcare.domain.playbook.sentences import FactSpec
from webcare.domain.playbook.text import Key, Keyed, Language, Part, Text, Words
from webcare.domain.playbook.wording import Piece, Slot, WordingError, names, parse

SLOTS = ("flight", "city", "name", "time")
SOURCE = "rehearsal"
_ENTERED_BY, _VERIFIED_BY = "rehearsal-fact-keeper", "rehearsal-second-verifier"


class SyntheticLine(Part):
    """One pattern of a synthetic message; `{flight}`, `{city}`, `{name}` and `{time}` vary."""

    intent: Key
    lang: Language
    text: Words


class StartingFact(Keyed):
    """A fact that is on the desk when the rehearsal starts.

    `{at}` in the values becomes the moment `in_minutes` after the start.
    """

    values: Text
    status: Literal["confirmed", "likely", "unknown"] = "confirmed"
    in_minutes: Annotated[int, Field(ge=0, strict=True)] | None = None


class Rehearsal(Part):
    """The mix of messages, the fictional cast, the starting facts and the surprises of a rehearsal."""

    weights: Annotated[dict[Key, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    names: Annotated[tuple[Words, ...], Field(min_length=2)]
    cities: Annotated[tuple[Words, ...], Field(min_length=2)]
    flights: Annotated[tuple[Words, ...], Field(min_length=2)]
    times: Annotated[tuple[Words, ...], Field(min_length=2)]
    messages: Annotated[tuple[SyntheticLine, ...], Field(min_length=1)]
    facts: tuple[StartingFact, ...] = ()
    injects: tuple[Inject, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Refuse weights without messages, messages without weight and unknown placeholders."""
        found = tuple(_flaws(self))
        if found:
            sentence = "; ".join(flaw.sentence for flaw in found)
            raise PydanticCustomError("flaws", "{sentence}", {"sentence": sentence, "flaws": found})
        return self

    @property
    def fillings(self) -> dict[str, tuple[str, ...]]:
        """Return what may fill each slot of a message."""
        return {"name": self.names, "flight": self.flights, "city": self.cities, "time": self.times}


@dataclass(frozen=True, slots=True)
class SyntheticMessage:
    """One made-up message, ready to enter an inbox of a rehearsal; the address can't be delivered to."""

    intent: str
    lang: str
    name: str
    address: str
    text: str


def messages(rehearsal: Rehearsal, seed: int) -> Iterator[SyntheticMessage]:
    """Yield messages without end in the natural mix; the same seed gives the same messages."""
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose, nothing secret
    by_intent: dict[str, list[SyntheticLine]] = {intent: [] for intent in rehearsal.weights}
    for line in rehearsal.messages:
        by_intent[line.intent].append(line)
    intents, weights = list(rehearsal.weights), list(rehearsal.weights.values())
    for number in count(1):
        line = dice.choice(by_intent[dice.choices(intents, weights)[0]])
        name = dice.choice(rehearsal.names)
        filling = {
            "name": name,
            "flight": dice.choice(rehearsal.flights),
            "city": dice.choice(rehearsal.cities),
            "time": dice.choice(rehearsal.times),
        }
        address = f"{_ascii(name)}.{number}@example.org"
        yield SyntheticMessage(line.intent, line.lang, name, address, _filled(parse(line.text), filling))


def starting_facts(
    rehearsal: Rehearsal, specs: Mapping[str, FactSpec], now: datetime, zone: tzinfo = UTC
) -> tuple[FactVersion, ...]:
    """Return version 1 of every starting fact, verified by two fictional people at `now` (aware).

    A fact without a FactSpec in `specs` is left out. Moments in values are shown in `zone`.
    """
    return tuple(_started(fact, specs[fact.key], now, zone) for fact in rehearsal.facts if fact.key in specs)


def _started(fact: StartingFact, spec: FactSpec, now: datetime, zone: tzinfo) -> FactVersion:
    moment = now + timedelta(minutes=fact.in_minutes or 0)
    shown = moment.astimezone(zone).strftime("%H:%M %Z")
    return FactVersion(
        key=fact.key,
        version=1,
        values={
            language: _filled(parse(words), {"at": shown}) for language, words in fact.values.root.items()
        },
        status=fact.status,
        source=SOURCE,
        owner=spec.owner,
        kind=spec.kind,
        verified_by=(_ENTERED_BY, _VERIFIED_BY),
        verified_at=now,
        valid_until=now + timedelta(minutes=spec.ttl_minutes),
        entered_by=_ENTERED_BY,
    )


def _filled(pieces: tuple[Piece, ...], filling: Mapping[str, str]) -> str:
    return "".join(filling[piece.name] if isinstance(piece, Slot) else str(piece) for piece in pieces)


def _ascii(name: str) -> str:
    """Return a name as the local part of an address."""
    return "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum()) or "contact"


def _flaws(rehearsal: Rehearsal) -> Iterator[Flaw]:
    weighted = list(rehearsal.weights)
    spoken = {line.intent for line in rehearsal.messages}
    for intent in weighted:
        if intent not in spoken:
            yield Flaw(
                ("weights", intent), f"no message asks '{intent}'", "write at least one, or drop the weight"
            )
    for index, line in enumerate(rehearsal.messages):
        place = ("messages", index)
        if line.intent not in weighted:
            yield Flaw((*place, "intent"), f"'{line.intent}' has no weight", closest(line.intent, weighted))
        yield from _unknown_names((*place, "text"), line.text, SLOTS)
    for index, fact in enumerate(rehearsal.facts):
        allowed = ("at",) if fact.in_minutes is not None else ()
        for language, words in fact.values.root.items():
            yield from _unknown_names(("facts", index, "values", language), words, allowed)
    yield from injects.flaws(rehearsal.injects, {each.key: each.status for each in rehearsal.facts})
    for index, inject in enumerate(rehearsal.injects):
        for spot, said in enumerate(inject.messages):
            yield from _unknown_names(("injects", index, "messages", spot, "text"), said.text, SLOTS)


def _unknown_names(place: tuple[int | str, ...], words: str, known: tuple[str, ...]) -> Iterator[Flaw]:
    try:
        pieces = parse(words)
    except WordingError as error:
        what, _, mend = str(error).partition("; ")
        yield Flaw(place, what, mend)
        return
    if any(not isinstance(piece, str | Slot) for piece in pieces):
        yield Flaw(place, "a branch can't stand here", "write a plain sentence")
    for name in dict.fromkeys(names(pieces)):
        if name not in known:
            mend = (
                closest(name, list(known)) if known else "remove it; only {at} with in_minutes is known here"
            )
            yield Flaw(place, f"'{{{name}}}' is not known here", mend)
