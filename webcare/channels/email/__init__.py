"""E-mail: reads every mail that can be read, and sends answers that find their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webcare.channels.contract import Item, item
from webcare.channels.email.automatic import may_auto_reply
from webcare.channels.email.delivery import send
from webcare.channels.email.reading import parse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webcare.domain.utterances import InboxConfig, Raw

__all__ = ["may_auto_reply", "parse", "send", "split", "verify"]


def verify(raw: Raw, config: InboxConfig, now: datetime) -> None:
    """Accept every mail: nothing in it proves its sender, and the listener hears our own server only."""


def split(body: bytes, headers: Mapping[str, str]) -> list[Item]:  # noqa: ARG001 - contract
    """Return the one mail, unique by all of its bytes."""
    return [item(body)]
