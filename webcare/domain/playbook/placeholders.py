"""Lists every placeholder that is not a fact, with its meaning and who fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Filler = Literal["contact", "desk", "agent"]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One name that any reply may use.

    `filled_by`: `contact` comes from what we know of the contact, `desk` is filled in by the
    program, `agent` must be typed or chosen by hand. A condition has no words of its own: it is
    on when its value is "yes", and decides whether a branch stands. What is typed for a free one
    is the agent's own text and is checked as such.
    """

    name: str
    filled_by: Filler
    meaning: str
    is_condition: bool = False
    is_free: bool = False


_ALL = (
    Placeholder("name", "contact", "first name of the contact; use {name: {name}} to do without it"),
    Placeholder("flight", "contact", "flight number that the contact named, such as ZZ123"),
    Placeholder("initials", "desk", "initials of the agent who signs"),
    Placeholder("as_of", "desk", "moment at which the text is made, with its zone"),
    Placeholder("hours", "desk", "whole hours that the contact has waited for a first answer"),
    Placeholder("wrong_at", "desk", "moment at which the wrong text was sent (corrections)"),
    Placeholder("wrong", "desk", "the wrong fact as it was sent (corrections)"),
    Placeholder("right", "desk", "the right fact (corrections)"),
    Placeholder("colleague_initials", "agent", "initials of the colleague who is thanked"),
    Placeholder("answer", "agent", "the answer in the agent's own words", is_free=True),
    Placeholder("options", "agent", "what we can offer now, three at most, numbered"),
    Placeholder("itinerary", "agent", "the new journey: names, dates, times and airports"),
    Placeholder("offer_expires_at", "agent", "moment until which the offer stands, with its zone"),
    Placeholder("booking", "agent", "booking code of the confirmed journey; private messages only"),
    Placeholder("place", "agent", "where the contact is, such as a gate, hall or city"),
    Placeholder("date", "agent", "the date that the sentence is about"),
    Placeholder("claim_neutral", "agent", "the rumour in neutral words, without repeating blame"),
    Placeholder("source", "agent", "who confirmed it, such as the air traffic control bulletin"),
    Placeholder(
        "mid_journey", "agent", "yes when the contact is already under way, no when not", is_condition=True
    ),
    Placeholder(
        "station_handover",
        "desk",
        "yes when a hand-over to the station stands on the timeline",
        is_condition=True,
    ),
)

PLACEHOLDERS: dict[str, Placeholder] = {each.name: each for each in _ALL}

ALERT_VALUES: dict[str, str] = {
    "playbook": "title of the playbook",
    "severity": "severity of the activation, 1 to 3",
    "lead": "name of the team lead",
    "link": "address of the page on the desk",
    "next_update_at": "moment of the promised update, with its zone",
    "phase_before": "phase that ends",
    "phase": "phase that begins",
    "criteria": "exit criteria met, such as 4/4",
    "conversation": "number of the conversation",
    "urgency": "U0 to U4",
    "intent": "what the message asks",
    "language": "language of the message",
    "waiting": "how long it has waited, such as 5 min",
    "count": "how many messages, reports or people; of a fact that changed: for the how-manieth time",
    "readers": "how many messages stated what the fact said before",
    "minutes": "number of minutes",
    "factor": "how many times the usual, such as 3.4",
    "top": "most frequent intent and its share",
    "reply": "key of the reply template that helps",
    "fact": "key of the fact",
    "dependents": "how many reply templates rest on the fact",
    "version": "version of the fact",
    "topic": "what the messages say, in a few words",
    "account": "the account that was reported",
    "shift": "the shift, such as 18:00-22:00",
    "languages": "languages that are missing",
    "initials": "initials of the agent",
    "hours": "number of hours",
    "channel": "the channel",
    "rate": "share that fails, in percent",
    "since": "moment since which it happens",
    "state": "yes or no",
}
