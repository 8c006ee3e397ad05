"""What a channel hands in and what it is asked to send, the same for every medium."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Raw:
    """What arrived, byte for byte, with the few headers that parsing needs."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message of a contact, as a channel read it.

    `address` is who to answer (lower-cased e-mail address, or the provider's id), `external_id` is
    the provider's id of the message and the dedupe key within an inbox. `thread_token` is set only
    when it was verified to be ours. `notices` are sentences for the agent, such as a charset that
    had to be guessed. `auto_submitted` is true for automatic replies, bounces and lists. `quoted` is
    the history below an answer, cut off from `text` only when its mark was certain.
    """

    address: str
    text: str
    external_id: str | None = None
    name: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    language: str | None = None
    is_public: bool = False
    thread_token: str | None = None
    auto_submitted: bool = False
    attachments: tuple[dict[str, Any], ...] = ()
    threading: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    quoted: str = ""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One reply, ready to leave: who it is for, what it says and what it answers.

    `message_id` is our own fixed id (a UUID in text) that stays the same on every attempt.
    `threading` carries what the channel stored on the inbound side (for e-mail: `message_id`,
    `references`, `subject`).
    """

    message_id: str
    address: str
    text: str
    conversation_id: int
    name: str = ""
    subject: str = ""
    language: str | None = None
    threading: dict[str, str] = field(default_factory=dict)
    is_automatic: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A channel's word that a message was taken: the provider's id and what it said."""

    provider_id: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class InboxConfig:
    """What a channel needs to know of one inbox: its name, own address, secrets and options."""

    slug: str
    channel: str
    address: str = ""
    secrets: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
