"""The generic webhook: signed JSON in, signed JSON out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webcare.channels import fields
from webcare.channels.webhook.batch import split
from webcare.channels.webhook.delivery import send
from webcare.channels.webhook.signature import HEADER, sign, verify

if TYPE_CHECKING:
    from webcare.domain.utterances import Inbound, InboxConfig, Raw

__all__ = ["HEADER", "parse", "send", "sign", "split", "verify"]


def parse(raw: Raw, config: InboxConfig) -> Inbound:  # noqa: ARG001 - the contract of all channels
    """Read one message (`id, from, text, subject, sent_at, public, language, thread, attachments`).

    Raises Unreadable when the bytes are no JSON, or when text or sender is not clear.
    """
    return fields.inbound(raw.body)
