"""Describes the injects of a rehearsal: what is thrown at the desk, when, and what meets it in time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Annotated, Literal

from pydantic import Field

from webcare.domain.playbook.flaws import Flaw, closest
from webcare.domain.playbook.text import Key, Keyed, Language, Part, Text, Words
from webcare.domain.playbook.wording import Slot, parse

InjectKind = Literal["rumour", "wrong_fact", "leak", "threat"]

BOTH = ("en", "nl")
A_CLUSTER = 3
"""Fewer wordings than this are no rumour: one line copied is spotted by its looks, not by its sense."""

Minutes = Annotated[int, Field(ge=1, le=600, strict=True)]


class InjectLine(Part):
    """One message that an inject puts on the desk; `{flight}`, `{city}`, `{name}` and `{time}` vary."""

    lang: Language
    text: Words


class Met(Part):
    """What counts as met, beside the kind: within how many minutes, and for a rumour by what.

    `facts` answer the rumour when one is written after it, or a status update states one; an update
    that holds one of the `words` answers it too.
    """

    within_minutes: Minutes
    facts: tuple[Key, ...] = ()
    words: tuple[Words, ...] = ()


class Inject(Keyed):
    """One surprise, `minute` minutes after the start of the story.

    A rumour brings `count` messages, dealt from `messages`; a leak and a threat bring one. A wrong fact
    names the `fact` of the register that operations take back, and what is `right`.
    """

    kind: InjectKind
    minute: Minutes
    title: Text
    met: Met
    messages: tuple[InjectLine, ...] = ()
    count: Annotated[int, Field(ge=A_CLUSTER, le=40, strict=True)] = 8
    fact: Key | None = None
    right: Text | None = None


@dataclass(frozen=True, slots=True)
class Thrown:
    """One made-up message of an inject, ready for the rehearsal's inbox."""

    name: str
    address: str
    lang: str
    text: str
    is_public: bool


def dealt(inject: Inject, fillings: Mapping[str, Sequence[str]], seed: int) -> tuple[Thrown, ...]:
    """Return the messages of an inject; the same seed gives the same ones.

    `fillings` are the names, flights, cities and times of the rehearsal, by their slot.
    """
    if inject.fact is not None and inject.right is not None:
        return (_from_operations(inject.key, inject.fact, inject.right),)
    dice = random.Random(f"{seed}:{inject.key}")  # noqa: S311 - repeatable on purpose, nothing secret
    lines = list(inject.messages)
    dice.shuffle(lines)
    count = inject.count if inject.kind == "rumour" else 1
    return tuple(
        _written(inject, line, {slot: dice.choice(list(values)) for slot, values in fillings.items()}, number)
        for number, line in enumerate(islice(cycle(lines), count), start=1)
    )


def _written(inject: Inject, line: InjectLine, filling: Mapping[str, str], number: int) -> Thrown:
    local = "".join(each for each in filling["name"].lower() if each.isascii() and each.isalnum())
    address = f"{local or 'contact'}.{inject.key}.{number}@example.org"
    is_public = inject.kind in ("leak", "rumour")
    words = "".join(filling[each.name] if isinstance(each, Slot) else str(each) for each in parse(line.text))
    return Thrown(filling["name"], address, line.lang, words, is_public)


def _from_operations(key: str, fact: str, right: Text) -> Thrown:
    """Return the word of the operations desk, in both languages of the house."""
    words = (
        f"ops: the fact '{fact}' on your board is wrong. It must be: {right.en}. Mend the board now.\n"
        f"ops: het feit '{fact}' op jullie bord klopt niet. Het moet zijn: {right.nl}. Pas het bord nu aan."
    )
    return Thrown("Operations desk", f"operations.{key}@example.org", "en", words, is_public=False)


def flaws(injects: Sequence[Inject], started: Mapping[str, str]) -> Iterator[Flaw]:
    """Yield what is wrong in the injects; `started` maps the starting facts to their status."""
    seen: set[str] = set()
    for index, inject in enumerate(injects):
        place = ("injects", index)
        if inject.key in seen:
            yield Flaw((*place, "key"), f"the key '{inject.key}' stands twice in injects", "rename one")
        seen.add(inject.key)
        yield from (
            _wrong_fact(place, inject, started) if inject.kind == "wrong_fact" else _said(place, inject)
        )
        if inject.kind == "rumour" and not (inject.met.facts or inject.met.words):
            what = "nothing can meet this rumour"
            yield Flaw(
                (*place, "met"), what, "name the facts that answer it, or words of an update that does"
            )
        elif inject.kind != "rumour" and (inject.met.facts or inject.met.words):
            what = f"'facts' and 'words' say nothing about a {inject.kind}"
            yield Flaw((*place, "met"), what, "remove them; the desk sees by itself whether it is met")


def _wrong_fact(place: tuple[int | str, ...], inject: Inject, started: Mapping[str, str]) -> Iterator[Flaw]:
    if inject.fact is None or inject.right is None:
        missing = "fact" if inject.fact is None else "right"
        mend = "name a starting fact" if missing == "fact" else "write what is right, in 'en' and 'nl'"
        yield Flaw(place, f"a wrong_fact without '{missing}'", f"add a line '{missing}: ...': {mend}")
        return
    if inject.fact not in started:
        what = f"'{inject.fact}' is no starting fact, so it can't turn out wrong"
        yield Flaw((*place, "fact"), what, closest(inject.fact, sorted(started)))
    elif started[inject.fact] == "unknown":
        what = f"'{inject.fact}' starts as unknown, and what nobody knows can't be wrong"
        yield Flaw((*place, "fact"), what, "choose a fact that starts with a value")
    if inject.messages:
        yield Flaw((*place, "messages"), "a wrong_fact writes its own message", "remove 'messages'")


def _said(place: tuple[int | str, ...], inject: Inject) -> Iterator[Flaw]:
    for name in ("fact", "right"):
        if getattr(inject, name) is not None:
            yield Flaw((*place, name), f"'{name}' belongs to a wrong_fact", f"remove '{name}'")
    languages = {line.lang for line in inject.messages}
    for code in BOTH:
        if code not in languages:
            mend = f"add a line '- {{lang: {code}, text: ...}}'"
            yield Flaw((*place, "messages"), f"this inject has no message in '{code}'", mend)
    if inject.kind == "rumour" and len({line.text for line in inject.messages}) < A_CLUSTER:
        what = "a rumour is heard in several wordings"
        yield Flaw((*place, "messages"), what, f"write at least {A_CLUSTER} different messages")
