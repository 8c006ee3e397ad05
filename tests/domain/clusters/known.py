"""The shipped matters, read once, and short ways to read and to group texts with them."""

from __future__ import annotations

from webcare import playbooks
from webcare.domain.clusters import Grouping, Matters, Placement, Reading, read
from webcare.playbooks import matters

SHIPPED: Matters = matters.load(playbooks.shipped())


def reading(text: str, language: str | None = None) -> Reading:
    """Return what a text shows by the shipped matters."""
    return read(text, SHIPPED, language)


def placed(*texts: str) -> list[Placement]:
    """Return where each text goes when they come in this order."""
    grouping = Grouping(SHIPPED.kinds)
    return [grouping.place(reading(text)) for text in texts]
