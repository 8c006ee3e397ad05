"""Lays the last post of a crisis ready: it tells customers where help stays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from sqlalchemy.orm import Session

from webcare.domain.broadcasts import ONLY
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.services import broadcasts
from webcare.services.broadcasts import BroadcastText


def lay_ready(session: Session, who: Who, help_stays: Mapping[str, str]) -> int:
    """Write the post (words per language), ask for the yes that broadcasts need, and return its number.

    Raises NotAllowed, and Refused for a text that can't be kept.
    """
    parts = {language: {ONLY: words} for language, words in help_stays.items()}
    number = broadcasts.write(session, who, BroadcastText("post", parts))
    # A draft that doesn't fit yet says so on its own page; the end of a crisis doesn't wait for it.
    with suppress(Refused):
        broadcasts.submit(session, who, number, 1)
    return number
