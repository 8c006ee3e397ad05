"""The contract that every medium keeps: verify, split, parse, send."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webcare.domain.utterances import Inbound, InboxConfig, Outbound, Raw, Sent
    from webcare.settings import Settings

MAX_ID = 200
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Item(msgspec.Struct, frozen=True, gc=False):
    """One message of a body as it will be kept: its exact bytes and what makes it unique.

    `dedupe_key` is `id:<external id>` when the sender named the message, else `sha256:<hex>`;
    `sha256` is the digest of `body`, to tell a repetition from other words under the same id.
    """

    body: bytes
    external_id: str | None
    dedupe_key: str
    sha256: bytes


class Channel(Protocol):
    """What `webcare.channels.module` returns: a module with these four functions."""

    def verify(self, raw: Raw, config: InboxConfig, now: datetime) -> None:
        """Check who sent these bytes; raise BadSignature, and nothing else, when in doubt."""

    def split(self, body: bytes, headers: Mapping[str, str]) -> list[Item]:
        """Cut a verified body into messages; raise Refused when it holds none or too many."""

    def parse(self, raw: Raw, config: InboxConfig) -> Inbound:
        """Read one kept message; raise Unreadable with a sentence that says what and where."""

    def send(self, outbound: Outbound, config: InboxConfig, settings: Settings) -> Sent:
        """Hand one reply to the medium; raise ChannelError with what is known about it."""


def item(body: bytes, given_id: object = None) -> Item:
    """Make the Item of one message from its bytes and the id its sender gave it, of any type."""
    digest = hashlib.sha256(body)
    external_id = usable_id(given_id)
    key = f"sha256:{digest.hexdigest()}" if external_id is None else f"id:{external_id}"
    return Item(body, external_id, key, digest.digest())


def usable_id(value: object) -> str | None:
    """Return a sender's id as text, or None unless it is a whole number or 1-200 plain characters."""
    if type(value) is int:
        return str(value) if abs(value) < 10**MAX_ID else None
    if type(value) is not str or not 0 < len(value) <= MAX_ID:
        return None
    return None if value.isspace() or _CONTROLS.search(value) else value


def header(headers: Mapping[str, str], name: str) -> str:
    """Return the header of that name in any case, or an empty text."""
    found = headers.get(name)
    if found is not None:
        return found
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")
