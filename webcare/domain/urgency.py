"""How soon a conversation must be read: five levels, their promised minutes, and the moment they fall due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType


class Urgency(IntEnum):
    """Five levels; the lower the number, the sooner a person must look."""

    U0 = 0
    U1 = 1
    U2 = 2
    U3 = 3
    U4 = 4


# The sla of the base playbook; a playbook may promise other minutes.
DUE_MINUTES: Mapping[Urgency, int] = MappingProxyType(
    {Urgency.U0: 2, Urgency.U1: 15, Urgency.U2: 60, Urgency.U3: 480, Urgency.U4: 1440}
)


def raised(level: Urgency, steps: int = 1, ceiling: Urgency = Urgency.U1) -> Urgency:
    """Return `level` raised by `steps`, never above `ceiling`; a level already above it stays.

    Raises ValueError for negative steps, because nothing in triage may lower a level by accident.
    """
    if steps < 0:
        message = f"An urgency can only be raised; {steps} steps would lower it. Give 0 or more."
        raise ValueError(message)
    if level <= ceiling:
        return level
    return Urgency(max(int(ceiling), int(level) - steps))


def due_at(
    level: Urgency, waiting_since: datetime, due_minutes: Mapping[Urgency, int] = DUE_MINUTES
) -> datetime:
    """Return the moment a person must have looked.

    Takes the aware moment the contact began to wait and minutes per level; a level that the table
    lacks falls back to the base table. Raises ValueError for a moment without a zone.
    """
    if waiting_since.tzinfo is None:
        message = "The moment a contact began to wait has no time zone. Pass an aware UTC datetime."
        raise ValueError(message)
    return waiting_since + timedelta(minutes=due_minutes.get(level, DUE_MINUTES[level]))
