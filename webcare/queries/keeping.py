"""Keeps a few costly values that are named by their fingerprint, and so never go stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

_KEPT = 64

_Value = TypeVar("_Value")


class Cache(Generic[_Value]):
    """Keeps the last few values; fingerprints are keys, so nothing kept ever goes stale."""

    def __init__(self) -> None:
        """Begin empty."""
        self._kept: OrderedDict[Hashable, _Value] = OrderedDict()

    def get(self, key: Hashable) -> _Value | None:
        """Return what was kept under `key`, or None."""
        return self._kept.get(key)

    def put(self, key: Hashable, value: _Value) -> _Value:
        """Keep `value` under `key` and return it; the oldest goes when there are too many."""
        self._kept[key] = value
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return value
