"""The rehearsal: reads synthetic messages; nothing can come in from outside and nothing can leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from webcare.channels import fields
from webcare.channels.contract import Item, item
from webcare.errors import BadSignature, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webcare.domain.utterances import Inbound, InboxConfig, Outbound, Raw
    from webcare.settings import Settings


def verify(raw: Raw, config: InboxConfig, now: datetime) -> NoReturn:  # noqa: ARG001 - contract
    """Refuse every sender: synthetic messages are made in the house. Raises BadSignature."""
    raise BadSignature("A rehearsal takes no messages from outside.")


def split(body: bytes, headers: Mapping[str, str]) -> list[Item]:  # noqa: ARG001 - contract
    """Return the one synthetic message of a body."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return [item(body)]
    return [item(body, value.get("id") if isinstance(value, dict) else None)]


def parse(raw: Raw, config: InboxConfig) -> Inbound:  # noqa: ARG001 - contract
    """Read one synthetic message, in the same JSON as the webhook's; raises Unreadable."""
    return fields.inbound(raw.body)


def send(outbound: Outbound, config: InboxConfig, settings: Settings) -> NoReturn:  # noqa: ARG001 - contract
    """Refuse, always: this module knows no network."""
    raise Refused("Rehearsal: nothing leaves the house.", (outbound.message_id,))
