"""Describes what a playbook lets people say: facts, locked snippets and reply templates."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from webcare.domain.playbook.parts import Minutes
from webcare.domain.playbook.text import Key, Keyed, Text, Urgency

FactKind = Literal["status", "policy", "contact", "legal", "estimate", "computed"]
Reach = Literal["public", "dm", "email"]


class FactSpec(Keyed):
    """A fact that replies may rest on: who owns it, how long it holds, what to say without it.

    `ttl_minutes` counts from the moment of verification. `if_unknown` is the honest sentence for
    "we don't know"; null means that no sentence stands in its place.
    """

    kind: FactKind
    ttl_minutes: Annotated[Minutes, Field(ge=1)]
    owner: Key
    public: Annotated[bool, Field(strict=True)]
    help: Text
    if_unknown: Text | None = None


class Snippet(Keyed):
    """A sentence about rights that nobody edits in a reply: legal owns it."""

    owner: Key
    locked: Annotated[bool, Field(strict=True)] = True
    approved: Annotated[bool, Field(strict=True)] = False
    jurisdiction: Annotated[str, Field(min_length=2)]
    texts: Text


class ReplyTemplate(Keyed):
    """A text with placeholders: where it may go, which facts it rests on, in which languages.

    `requires` must all be usable before it leaves, also when the text does not print them: the
    words may rest on a fact without naming it. A `confirmation` of a booking needs the contact's YES to
    a `read-back` of the same {itinerary} first, and a `refund-choice` says what ends with the money back
    before it offers the choice. `approved` is false for a sample that no team lead
    or lawyer of the operator has read yet.
    """

    version: Annotated[int, Field(ge=1, strict=True)]
    purpose: Text
    channels: Annotated[tuple[Reach, ...], Field(min_length=1)]
    requires: tuple[Key, ...] = ()
    optional: tuple[Key, ...] = ()
    branches_on_unknown: tuple[Key, ...] = ()
    levels: tuple[Urgency, ...] = ()
    step: Literal["none", "read-back", "confirmation", "refund-choice"] = "none"
    intents: tuple[Key, ...] = ()
    locked: Annotated[bool, Field(strict=True)] = False
    approved: Annotated[bool, Field(strict=True)] = False
    texts: Text
