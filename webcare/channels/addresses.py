"""Judges e-mail addresses: valid, ours, or nobody we could answer."""

from __future__ import annotations

import hashlib
import re

UNKNOWN = "unknown sender"
NOBODY_TO_ANSWER = "Nobody can be answered: this message carries no valid address of its sender."

_LOCAL = r"[^\s@<>(),;:\"\[\]\\\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}"
_DOMAIN = r"(?=.{1,253}\Z)(?:[\w](?:[\w-]{0,61}[\w])?\.)+[\w](?:[\w-]{0,61}[\w])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_DOMAIN}")


def valid(value: str) -> str | None:
    """Return the address in lower case, or None unless it is one plain local@domain."""
    value = value.strip().lower() if len(value) <= 400 else ""  # noqa: PLR2004 - 64 + 1 + 253, with room
    if not _ADDRESS.fullmatch(value) or ".." in value or value.startswith(".") or ".@" in value:
        return None
    return value


def unknown(body: bytes) -> str:
    """Return a stand-in address for one message, so that two unknown people never share a thread."""
    return f"{UNKNOWN} {hashlib.sha256(body).hexdigest()[:12]}"


def without_plus(address: str) -> str:
    """Return the mailbox behind a plus-address: inbox+abc@example.org is inbox@example.org."""
    local, _, domain = address.lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def ascii_form(address: str) -> str | None:
    """Return the address as SMTP carries it without extensions, or None when it can't be."""
    checked = valid(address)
    if checked is None:
        return None
    local, _, domain = checked.partition("@")
    try:
        plain = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return plain if plain.isascii() else None
