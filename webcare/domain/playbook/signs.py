"""Says what raises an alert of a playbook's own, and refuses one that nothing would ever raise."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StringConstraints

from webcare.domain.playbook.text import Key, Part, Text, Urgency

if TYPE_CHECKING:
    from webcare.domain.playbook.parts import Alert
    from webcare.domain.playbook.shape import Playbook

Sign = Literal[
    "fact_changed",
    "fact_missing",
    "fact_below",
    "messages",
    "conversation",
    "deadline",
    "time",
    "held",
    "blocked",
    "forecast",
    "offers",
    "unused_access",
    "failing",
]
LocalTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]

BUILT_IN = frozenset(
    {
        *("playbook.activated", "phase.changed", "stand_down", "u0.received", "u1.unclaimed"),
        *("surge.detected", "fact.expiring", "fact.expired", "next_update.due", "next_update.overdue"),
        *("rumour.cluster", "impersonator.reported", "pii.public", "correction.run", "staffing.gap"),
        *("agent.welfare", "channel.failing", "press.waiting"),
    }
)
"""Alerts that the desk raises under every playbook, in its own words."""

_ALWAYS = ("playbook", "severity", "lead", "link", "next_update_at", "phase", "hours", "reply")
_MESSAGES = ("count", "minutes", "topic", "top", "since", "channel")
VALUES: dict[Sign, tuple[str, ...]] = {
    "fact_changed": ("fact", "version", "dependents", "count", "readers"),
    "fact_missing": ("fact", "minutes", "count", "dependents"),
    "fact_below": ("fact", "version", "count", "rate", "dependents"),
    "messages": _MESSAGES,
    "conversation": ("conversation", "waiting", "language", "intent", "urgency", "count", "minutes"),
    "deadline": (),
    "time": ("count", "shift"),
    "held": ("since",),
    "blocked": ("initials", "channel", "reply"),
    "forecast": ("count",),
    "offers": ("count", "minutes"),
    "unused_access": ("count",),
    "failing": ("channel", "rate", "since"),
}
"""What each sign can fill into the words of its alert, beside what every alert knows."""

_NEEDS: dict[Sign, tuple[str, ...]] = {
    "fact_changed": ("facts",),
    "fact_missing": ("facts",),
    "fact_below": ("facts", "below"),
    "messages": ("intents",),
    "conversation": ("intents",),
    "deadline": ("facts", "stages"),
    "time": ("at",),
}
_Wrong = tuple[tuple[str, ...], str, str]
_MEND = "see 'alerts' in docs/playbooks.md"


class When(Part):
    """The sign that raises an alert, with what it looks at; which fields a sign needs is checked.

    `minutes` is how far back messages are counted, how long a fact may be missing since the activation,
    and how soon an offer lapses. `stages` are hours since the activation, `at` is a local time. `reply`
    names the template that helps, `topic` what the messages are about, `says` the words of the cues that
    count (any, when empty). In `phases` only, when given; with `facts`, messages count once those hold.
    """

    sign: Sign
    facts: tuple[Key, ...] = ()
    intents: tuple[Key, ...] = ()
    count: Annotated[int, Field(ge=0, strict=True)] = 1
    minutes: Annotated[int, Field(ge=0, le=10_080, strict=True)] = 30
    hours: Annotated[int, Field(ge=0, le=8_760, strict=True)] = 0
    below: Annotated[float, Field(gt=0)] | None = None
    stages: tuple[Annotated[int, Field(ge=1, strict=True)], ...] = ()
    at: LocalTime | None = None
    level: Urgency | None = None
    reply: Key | None = None
    topic: Text | None = None
    phases: tuple[Key, ...] = ()
    says: tuple[str, ...] = ()

    @property
    def fills(self) -> frozenset[str]:
        """Return the names that the words of the alert may use."""
        own = {*_ALWAYS, *VALUES[self.sign]}
        return frozenset(own if self.reply or "reply" in VALUES[self.sign] else own - {"reply"})


def of_alert(playbook: Playbook, alert: Alert) -> Iterator[_Wrong]:
    """Yield (place below the alert, what is wrong, how to mend it) of what raises an alert."""
    when = alert.when
    if when is None:
        return
    if alert.key in BUILT_IN:
        yield (
            ("when",),
            f"the desk itself raises '{alert.key}'",
            "remove 'when', or give the alert another key",
        )
    yield from _lacking(when)
    yield from _unknown(playbook, when)


def _lacking(when: When) -> Iterator[_Wrong]:
    for name in _NEEDS.get(when.sign, ()):
        if not getattr(when, name):
            yield (
                ("when",),
                f"the sign '{when.sign}' looks at '{name}', and there is none",
                f"add it; {_MEND}",
            )


def _unknown(playbook: Playbook, when: When) -> Iterator[_Wrong]:
    """Yield the facts, phases, intents, words and replies that aren't there."""
    intents = playbook.cues.get("intents")
    known = {
        "facts": [each.key for each in playbook.facts],
        "phases": [each.key for each in playbook.phases],
        "intents": list(intents) if isinstance(intents, dict) else [],
    }
    for name, keys in known.items():
        for key in getattr(when, name):
            if key not in keys and (name != "intents" or keys):
                yield ("when", name), f"there is no '{key}' among the {name}", "look at how it is spelled"
    spoken = json.dumps(playbook.cues, ensure_ascii=False)
    for words in when.says:
        if playbook.cues and words not in spoken:
            yield ("when", "says"), f"no cue says '{words}'", "copy the words of a cue's 'says'"
    if when.reply is not None and playbook.reply(when.reply) is None:
        yield ("when", "reply"), f"there is no reply '{when.reply}'", "look at how it is spelled"


def unraised(playbook: Playbook) -> Iterator[tuple[int, str]]:
    """Yield the place and key of alerts that nothing would ever raise."""
    for index, alert in enumerate(playbook.alerts):
        if alert.when is None and alert.key not in BUILT_IN:
            yield index, alert.key
