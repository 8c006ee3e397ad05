"""Cuts one webhook body into its messages, each with its exact bytes; on the hot path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from webcare.channels.contract import Item, item
from webcare.channels.json_body import is_too_deep
from webcare.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_MESSAGES = 1000

_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


class _Head(msgspec.Struct):
    id: Any = None
    messages: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_head = msgspec.json.Decoder(_Head).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def split(body: bytes, headers: Mapping[str, str] | None = None) -> list[Item]:  # noqa: ARG001 - contract
    """Return the messages of a body: one object, `{"messages": [...]}` or a list of up to 1,000.

    A body that no JSON reader takes becomes one item with all its bytes, to be kept and shown as
    unreadable. Raises Refused for an empty batch and for one that is too large.
    """
    if is_too_deep(body):
        return [item(body)]
    try:
        return _split(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        return _split_with_cut_emoji(body)


def _split(body: bytes) -> list[Item]:
    if body.lstrip()[:1] == b"[":
        return [_item(bytes(one)) for one in _counted(_list(body))]
    head = _head(body)
    if isinstance(head.messages, msgspec.UnsetType) or not bytes(head.messages).startswith(b"["):
        return [item(body, head.id)]
    return [_item(bytes(one)) for one in _counted(_list(head.messages))]


def _counted(messages: list[msgspec.Raw]) -> list[msgspec.Raw]:
    if not messages:
        raise Refused("This batch holds no message. Send at least one.", ("empty batch",))
    if len(messages) > MAX_MESSAGES:
        raise Refused(
            f"This batch holds {len(messages):,} messages; at most {MAX_MESSAGES:,} fit. "
            "Nothing of it was taken: cut it and send again.",
            ("batch too large",),
        )
    return messages


def _item(body: bytes) -> Item:
    try:
        return item(body, _head(body).id)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        return item(body)


def _split_with_cut_emoji(body: bytes) -> list[Item]:
    """Split once more with lone surrogates masked: a sender that cuts an emoji in half must not hide a batch.

    The mask is as long as what it covers, so the places found in the masked copy are the places in the body.
    """
    masked = _ESCAPES.sub(lambda found: rb"\ufffd" if found["lone"] else found[0], body)
    try:
        items = _split(masked) if masked != body else []
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        items = []
    place, found = 0, []
    for one in items:
        place = masked.index(one.body, place)
        # An id with half an emoji is no id: masked, it would look the same as another one.
        given_id = None if "\ufffd" in (one.external_id or "") else one.external_id
        found.append(item(body[place : place + len(one.body)], given_id))
        place += len(one.body)
    return found or [item(body)]
