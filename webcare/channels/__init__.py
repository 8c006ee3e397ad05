"""Speaks each medium: `verify`, `parse` to `Inbound`, `send` an `Outbound`, raises ChannelError."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from webcare.channels.contract import Channel, Item, header, item, usable_id
from webcare.errors import NotFound

NAMES = ("webhook", "email", "form", "rehearsal")

__all__ = ["NAMES", "Channel", "Item", "header", "item", "module", "sends_by", "usable_id"]


def module(channel_name: str) -> Channel:
    """Return the module of a channel; raise NotFound for a name outside the closed set."""
    if channel_name not in NAMES:
        raise NotFound(f"There is no channel called {channel_name!r:.60}. Known are: {', '.join(NAMES)}.")
    return cast("Channel", import_module(f"webcare.channels.{channel_name}"))


def sends_by(channel_name: str) -> str:
    """Return the name of the channel that carries the answers of this one: mostly itself."""
    return str(getattr(module(channel_name), "SENDS_BY", channel_name))
