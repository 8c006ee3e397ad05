"""Finds out who wrote a mail: Reply-To when it is valid, else From, else nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from webcare.channels import addresses, plain
from webcare.channels.email.decoding import header, words

if TYPE_CHECKING:
    from email.message import Message

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
_COMMENT = re.compile(r"\([^()]*\)")
_ANGLED = re.compile(r"<([^<>]*)>")


def identity(head: Message) -> tuple[str, str] | None:
    """Return (address, name) of the person to answer, or None when the mail names no valid address."""
    own = mailbox(header(head, "From"))
    asked = mailbox(header(head, "Reply-To"))
    if asked is None:
        return own
    return asked[0], asked[1] or (own[1] if own else "")


def mailbox(value: str) -> tuple[str, str] | None:
    """Return (address, name) of the first valid mailbox in a header value.

    The structure is read before encoded words are decoded, so that no name can bring in an address.
    """
    bare = _QUOTED.sub(lambda found: "\x00" * len(found[0]), value)
    bare = _COMMENT.sub(lambda found: " " * len(found[0]), bare)
    place = 0
    for piece in bare.split(","):
        given = value[place : place + len(piece)]
        place += len(piece) + 1
        angled = _ANGLED.search(piece)
        address = addresses.valid(angled[1] if angled else piece)
        if address is not None:
            return address, _name(given[: angled.start()] if angled else "")
    return None


def _name(value: str) -> str:
    value = words(value.strip())
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return plain.line(value, 200).strip("\"' ")
