"""Describes what a playbook says to do and to watch: phases, roles, steps, triggers and alerts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from webcare.domain.playbook.placeholders import ALERT_VALUES
from webcare.domain.playbook.signs import When
from webcare.domain.playbook.text import Key, Keyed, Part, Text, Titled

SlackChannel = Literal["crisis", "duty", "urgent", "facts", "volunteers", "security", "press"]
Approver = Literal["none", "colleague", "lead"]
Minutes = Annotated[int, Field(ge=0, le=525_600, strict=True)]


class DueMinutes(Part):
    """Minutes from arrival to the first human answer, per urgency."""

    U0: Annotated[int, Field(ge=1, strict=True)]
    U1: Annotated[int, Field(ge=1, strict=True)]
    U2: Annotated[int, Field(ge=1, strict=True)]
    U3: Annotated[int, Field(ge=1, strict=True)]
    U4: Annotated[int, Field(ge=1, strict=True)]


class Approval(Part):
    """Who has to say yes before a text of this sort leaves; `none` means that its author may send."""

    broadcast: Approver
    correction: Approver
    reply_u0: Approver
    reply_u1: Approver
    reply: Approver


class Trigger(Titled):
    """A sign in the world that calls for a phase of this playbook."""

    phase: Key


class Severity(Titled):
    """What 1, 2 or 3 means in this kind of crisis; the key is the number."""

    key: Literal["1", "2", "3"]


class Phase(Titled):
    """A stretch of the crisis: when it starts, and what must be true before the next."""

    enter: Text
    exit_criteria: Annotated[tuple[Titled, ...], Field(min_length=1)]


class Role(Titled):
    """A hat that somebody wears: what they do and the right that goes with it."""

    does: Text
    right: Key


class Step(Titled):
    """One line of the first hour, in whole minutes after the activation."""

    offset_minutes: Minutes
    done_when: Text


class Alert(Keyed):
    """One thing that Slack hears of: what raises it, where, in which words, how often and until when.

    `when` is empty for the alerts that the desk itself raises.
    """

    slack_channel: SlackChannel
    pattern: Text
    repeat_minutes: Annotated[int, Field(ge=1, strict=True)] | None = None
    repeat_until: Text | None = None
    when: When | None = None

    @property
    def fills(self) -> frozenset[str]:
        """Return the names that the words may use; all of them when the desk words it."""
        return self.when.fills if self.when else frozenset(ALERT_VALUES)
