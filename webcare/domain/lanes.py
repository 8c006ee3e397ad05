"""Decides who answers at all: the desk's queue, the duty officer, or the press office (R18, R21)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Lane = Literal["queue", "duty", "press"]

THREAT = "safety_threat"
DISTRESS = "self_harm_distress"
PRESS = "press"
NO_THREAT = frozenset({"gas_smell"})
"""A danger that nobody makes: whoever smells gas needs the emergency text at once, from any agent."""
RIGHT: dict[str, str] = {"duty": "lane.duty", "press": "lane.press"}


def lane_of(intents: Iterable[str]) -> Lane:
    """Return the lane of a message with these intents; a danger outweighs everything beside it."""
    found = set(intents)
    if found & {THREAT, DISTRESS} and not found & NO_THREAT:
        return "duty"
    return "press" if PRESS in found else "queue"


def refusal(lane: str, intents: Iterable[str], rights: Iterable[str]) -> str | None:
    """Return why somebody with these rights may not answer a conversation in `lane`, or None.

    A threat is answered by nobody from here: an answer gives it an audience and brings copycats.
    """
    if lane == "duty" and THREAT in set(intents):
        return (
            "A threat is never answered from the desk. The duty officer was alerted and the original is kept"
            " as evidence; write a note if you know more. A lead can move it back when it is no threat."
        )
    right = RIGHT.get(lane)
    if right is None or right in set(rights):
        return None
    return may_not_claim(lane)


def may_not_claim(lane: str) -> str:
    """Return the sentence for an agent who would like to take such a conversation."""
    if lane == "press":
        return "The press office answers this one, so that the company speaks with one voice."
    return (
        "The duty officer answers this one and was alerted. Stay calm, leave it open, and call them"
        " if nobody has claimed it within two minutes."
    )
