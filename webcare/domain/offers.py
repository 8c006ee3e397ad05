"""Reads until when an offer stands from the words of the reply that made it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from webcare.domain.playbook.sentences import ReplyTemplate
from webcare.domain.playbook.wording import Branch, Piece, Slot, names, parse

EXPIRES = "offer_expires_at"
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.]([0-5]\d)\b")
# "24 April until 18:00 CEST" and what an agent puts around it.
_NEAR = 60


def makes_offer(template: ReplyTemplate) -> bool:
    """Return whether a reply from this template says until when its offer stands."""
    return EXPIRES in set(names(parse(template.texts.en)))


def expires_at(template: ReplyTemplate, text: str, sent_at: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment (aware, UTC) that a text names where its template has {offer_expires_at}.

    A clock time means the next one after `sent_at` in `zone`; None when none can be read there.
    """
    plain = " ".join(text.split())
    for words in template.texts.root.values():
        before = _before(_flat(parse(words)))
        start = plain.rfind(before) if before else -1
        found = _CLOCK.search(plain, start + len(before), start + len(before) + _NEAR) if start >= 0 else None
        if found is not None:
            return _next(int(found[1]), int(found[2]), sent_at.astimezone(zone))
    return None


def _next(hour: int, minute: int, after: datetime) -> datetime:
    """Return the first moment after `after` at which a clock of its zone shows this time."""
    local = after.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (local if local > after else local + timedelta(days=1)).astimezone(UTC)


def _before(pieces: list[str | Slot]) -> str:
    """Return the fixed words right before the slot, as they read in one line."""
    for before, piece in pairwise(pieces):
        if isinstance(piece, Slot) and piece.name == EXPIRES and isinstance(before, str):
            return " ".join(before.split())
    return ""


def _flat(pieces: tuple[Piece, ...]) -> list[str | Slot]:
    flat: list[str | Slot] = []
    for piece in pieces:
        flat += _flat(piece.pieces) if isinstance(piece, Branch) else [piece]
    return flat
