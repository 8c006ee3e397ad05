"""Words the alerts for the people who are not looking at the desk; never the words of a contact.

Rule R24 allows a masked snippet of 80 characters. Only the alert to the press officer uses it, who may not
sit at the desk; for the others the number of the conversation, its level, intent and language say enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo


@dataclass(frozen=True, slots=True)
class Alert:
    """One line for one Slack channel; alerts with the same `coalesce_key` that still wait become one."""

    kind: str
    slack_channel: str
    text: str
    coalesce_key: str
    activation_id: int | None = None
    conversation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an alert may say of a conversation that waits for a person."""

    id: int
    intents: Sequence[str]
    language: str
    waited: timedelta

    @property
    def intent(self) -> str:
        """Return the first intent, or a word that says there is none."""
        return self.intents[0] if self.intents else "unsorted"


def at(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return a promised moment as a time with its zone, such as `15:00 UTC` (rule R03)."""
    return moment.astimezone(zone).strftime("%H:%M %Z")


def activated(title: str, severity: int, by: str, next_update_at: datetime | None, *, real: bool) -> str:
    """Return what Slack hears when a playbook comes into force."""
    kind = ":rotating_light: " if real else ":test_tube: Rehearsal: "
    promise = f" Next update {at(next_update_at)}." if next_update_at else " No next update promised yet."
    return f"{kind}{title}, severity {severity}, by {by}.{promise}"


def phase_moved(before: str, after: str, met: int, of: int) -> str:
    """Return what Slack hears when an activation moves on."""
    return f"Phase {before} -> {after}. Exit criteria met: {met}/{of}."


def stood_down(title: str, by: str) -> str:
    """Return what Slack hears when a playbook ends."""
    return f"{title}: stood down by {by}."


def u0_received(of: Waiting) -> str:
    """Return the page to the duty officer; repeated until somebody claims."""
    return f"U0 {of.intent} #{of.id}, unread {clock(of.waited)}. Claim it on the desk to stop this alert."


def u1_unclaimed(of: Waiting) -> str:
    """Return the alert about a critical conversation that nobody claimed."""
    return f"U1 {of.intent} #{of.id} waiting {_minutes(of.waited)} min, {of.language}."


def many_unclaimed(level: int, count: int, longest: Waiting) -> str:
    """Return one alert about `count` conversations of a level that nobody claimed."""
    return (
        f"{count} U{level} conversations are unclaimed. Longest: {longest.intent} #{longest.id},"
        f" {_minutes(longest.waited)} min, {longest.language}."
    )


def fact_expiring(key: str, left: timedelta, dependants: int) -> str:
    """Return the alert that a fact is about to expire."""
    return f"{key} expires in {_minutes(left)} min; {_templates(dependants)} on it."


def fact_expired(key: str, dependants: int) -> str:
    """Return the alert that a fact has expired."""
    return f"{key} has expired; {_templates(dependants)} on it and can't be used until it is renewed."


def update_due(promised_at: datetime, now: datetime) -> str:
    """Return the reminder of a promised update: minutes left, or how late it is."""
    left = promised_at - now
    if left > timedelta(0):
        return f"We promised an update at {at(promised_at)}. {_minutes(left)} min left."
    late = _minutes(-left)
    if late == 0:
        return f"We promised an update at {at(promised_at)}. That is now."
    return f"The update promised at {at(promised_at)} is {late} min late. 'No change' is an update too."


def channel_failing(inbox: str, failures: int, pause_s: float) -> str:
    """Return the alert that an inbox can't send."""
    return (
        f"{inbox}: the last {failures} sends failed. Sending pauses {pause_s:.0f} s and tries again;"
        " replies wait on the desk with the provider's words."
    )


def delivery_undecided(inbox: str, conversation_id: int, state: str) -> str:
    """Return the alert that a reply needs a person: it failed, or nobody knows whether it arrived."""
    if state == "unknown":
        return f"{inbox} #{conversation_id}: a reply may have been delivered. Check, then resend or mark it."
    return f"{inbox} #{conversation_id}: a reply could not be delivered. The conversation is open again."


def surge(count: int, times: float, top: tuple[str, int] | None) -> str:
    """Return the alert that far more arrives than usual; `top` is the commonest intent and its percentage."""
    mostly = f" Top: {top[0]} {top[1]}%. A broadcast may answer it." if top else ""
    return f"{count} messages in 5 min ({times:.1f}x normal).{mostly}"


def rumour(count: int, within: timedelta) -> str:
    """Return the alert that many people ask about the same sort of rumour."""
    return f"{count} messages about a rumour in {_minutes(within)} min. Answer it once, in public, by facts."


def impersonators(count: int) -> str:
    """Return the alert that people report somebody who poses as us."""
    return f"{count} reports in an hour of somebody who poses as us. Report the account, pin our own names."


def exposed(conversation_id: int) -> str:
    """Return the alert that personal data stand in public."""
    return f"Public message in #{conversation_id} contains personal data; hidden: no. Hide it, then say so."


def press_waiting(conversation_id: int, language: str, said: str) -> str:
    """Return the alert to the press officer; `said` is a masked snippet of 80 characters at most (R24)."""
    return f'A journalist writes: #{conversation_id}, {language}: "{said}". Nobody else answers them.'


def clock(length: timedelta) -> str:
    """Return a length of time as minutes and seconds, such as `0:40`."""
    seconds = max(0, int(length.total_seconds()))
    return f"{seconds // 60}:{seconds % 60:02d}"


def counted(text: str, count: int) -> str:
    """Return the text of an alert that stands for `count` of them, such as `... (3x)`."""
    return f"{text} ({count}x)" if count > 1 else text


def escaped(text: str) -> str:
    """Return text in which Slack's three control characters are harmless."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _minutes(length: timedelta) -> int:
    return max(0, int(length.total_seconds() // 60))


def _templates(count: int) -> str:
    return "1 reply template depends" if count == 1 else f"{count} reply templates depend"
