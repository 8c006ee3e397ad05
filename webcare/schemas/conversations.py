"""Checks the forms on a conversation: reply, draft, note, urgency."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from webcare.schemas.form import Form, Line, OptionalLine, Paragraph, Version

ReplyText = Annotated[str, StringConstraints(max_length=20_000)]
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{16,64}$")]
Pair = Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,64}=\d{1,9}$")]


class StatedForm(Form):
    """A text with the facts that it states; a form repeats the field `fact` as `key=version`.

    `not_stated`, written likewise, are facts that its words are not to be linked to.
    """

    text: ReplyText = ""
    reply_template: OptionalLine = None
    fact: list[Pair] = Field(default_factory=list)
    facts: dict[str, Annotated[Version, Field(ge=1)]] = Field(default_factory=dict)
    not_stated: list[Pair] = Field(default_factory=list)

    @property
    def denied(self) -> dict[str, int]:
        """Return the version of each fact that the text, by its author's word, does not state."""
        return _versions(self.not_stated)

    @property
    def stated(self) -> dict[str, int]:
        """Return the version of each fact by key, from either spelling."""
        return {**_versions(self.fact), **self.facts}


def _versions(pairs: list[str]) -> dict[str, int]:
    return {key: int(version) for key, _, version in (each.rpartition("=") for each in pairs)}


class DraftForm(StatedForm):
    """What is autosaved; empty text throws the draft away."""


class ReplyForm(StatedForm):
    """A reply to send, with the conversation as its author saw it."""

    seen_version: Version
    client_token: Token
    is_anyway: bool = False
    override_reason: OptionalLine = None
    asks_lead: bool = False
    then: Literal["stay", "resolve", "next"] = "stay"


class NoteForm(Form):
    """Words for the team only."""

    text: Paragraph


class SeenForm(Form):
    """An action on the conversation as the agent saw it."""

    seen_version: Version
    then: Literal["stay", "next"] = "stay"


class UrgencyForm(Form):
    """A human's word on how urgent a conversation is, and on what it asks; none leaves that as it is."""

    level: Annotated[int, Field(ge=0, le=4)]
    reason: Line
    intents: list[Line] = Field(default_factory=list)


class LaneForm(Form):
    """Why a conversation is an ordinary one after all."""

    reason: Line


class LabelForm(Form):
    """One label to put on a conversation or to take off; what one may hold, the domain says."""

    label: Line


class DecisionForm(Form):
    """What to do about a reply of which nobody knows whether it arrived."""

    decision: Literal["resend", "mark_sent", "give_up"]
