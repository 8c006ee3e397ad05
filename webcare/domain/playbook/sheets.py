"""Holds what was read from files with the file and line of every value, and lays one over another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Scalar = str | int | float | bool | None
Place = tuple[int | str, ...]

_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value with its origin: `line` counts from 1 and is the line of its key."""

    value: dict[str, Leaf] | list[Leaf] | Scalar
    file: str
    line: int

    def plain(self) -> Any:
        """Return the value without origins, as dicts, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: leaf.plain() for key, leaf in self.value.items()}
        if isinstance(self.value, list):
            return [leaf.plain() for leaf in self.value]
        return self.value

    def at(self, place: Sequence[int | str]) -> Leaf:
        """Return the leaf at a place, or the nearest one above it that exists."""
        here = self
        for step in place:
            inner: Leaf | None = None
            if isinstance(here.value, dict) and isinstance(step, str):
                inner = here.value.get(step)
            elif isinstance(here.value, list) and isinstance(step, int) and step < len(here.value):
                inner = here.value[step]
            if inner is None:
                return here
            here = inner
        return here


def key_of(leaf: Leaf) -> str | None:
    """Return the `key` of a keyed item, or None when it has none."""
    if isinstance(leaf.value, dict) and "key" in leaf.value:
        key = leaf.value["key"].value
        return key if isinstance(key, str) else None
    return None


def merged(below: Leaf, above: Leaf) -> Leaf:
    """Return `above` laid over `below`.

    Mappings merge field by field and lists of keyed items merge by key: the same key is laid over,
    a new key comes at the end, `removed: true` takes the item away. Everything else is replaced. So
    are texts, as a whole: else a new English sentence would keep the old Dutch one beside it. A new item
    with `before: key` comes before that item, because the order of phases means something.
    """
    if isinstance(below.value, dict) and isinstance(above.value, dict) and not _is_text(above.value):
        fields = dict(below.value)
        for name, leaf in above.value.items():
            fields[name] = merged(fields[name], leaf) if name in fields else leaf
        return replace(above, value=fields)
    if isinstance(below.value, list) and isinstance(above.value, list) and _is_keyed(below, above):
        return replace(above, value=_merged_items(below.value, above.value))
    return above


def repeated(leaf: Leaf, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Yield the place and key of every item whose key stands twice in the same list."""
    if isinstance(leaf.value, dict):
        for name, inner in leaf.value.items():
            yield from repeated(inner, (*place, name))
    elif isinstance(leaf.value, list):
        seen: set[str] = set()
        for index, item in enumerate(leaf.value):
            key = key_of(item)
            if key is not None and key in seen:
                yield (*place, index), key
            seen |= {key} if key is not None else set()
            yield from repeated(item, (*place, index))


def joined(parts: Sequence[Mapping[str, Leaf]]) -> dict[str, Leaf]:
    """Return the fields of several files together; lists under the same name follow each other."""
    together: dict[str, Leaf] = {}
    for fields in parts:
        for name, leaf in fields.items():
            before = together.get(name)
            if before and isinstance(before.value, list) and isinstance(leaf.value, list):
                together[name] = replace(before, value=[*before.value, *leaf.value])
            else:
                together[name] = leaf
    return together


def _is_keyed(below: Leaf, above: Leaf) -> bool:
    items = [*_items(below), *_items(above)]
    return bool(items) and all(key_of(item) is not None for item in items)


def _items(leaf: Leaf) -> list[Leaf]:
    return leaf.value if isinstance(leaf.value, list) else []


def _is_text(fields: dict[str, Leaf]) -> bool:
    """Return whether a mapping holds one sentence per language."""
    return "key" not in fields and all(_LANGUAGE.fullmatch(name) for name in fields)


def _is_removed(leaf: Leaf) -> bool:
    return isinstance(leaf.value, dict) and "removed" in leaf.value and leaf.value["removed"].value is True


def _merged_items(below: list[Leaf], above: list[Leaf]) -> list[Leaf]:
    items: dict[str | None, Leaf] = {key_of(item): item for item in below}
    for item in above:
        key = key_of(item)
        if _is_removed(item) and key in items:
            items.pop(key)
        elif key in items:
            items[key] = merged(items[key], item)
        else:
            items = _placed(items, key, item)
    return list(items.values())


def _placed(items: dict[str | None, Leaf], key: str | None, item: Leaf) -> dict[str | None, Leaf]:
    """Return the items with a new one before the item that its `before` names, else at the end."""
    fields = item.value if isinstance(item.value, dict) else {}
    next_one = fields["before"].value if "before" in fields else None
    if next_one not in items:
        return {**items, key: item}
    new = replace(item, value={name: leaf for name, leaf in fields.items() if name != "before"})
    placed: dict[str | None, Leaf] = {}
    for name, each in items.items():
        if name == next_one:
            placed[key] = new
        placed[name] = each
    return placed


def added(below: Leaf, above: Leaf) -> Leaf:
    """Return the cues of `above` added to those of `below`: lists grow, a word or number is replaced."""
    if isinstance(below.value, dict) and isinstance(above.value, dict):
        fields = dict(below.value)
        for name, leaf in above.value.items():
            fields[name] = added(fields[name], leaf) if name in fields else leaf
        return replace(above, value=fields)
    if isinstance(above.value, list) and isinstance(below.value, list):
        return replace(above, value=[*below.value, *above.value])
    if isinstance(above.value, list) and isinstance(below.value, str):
        words = [replace(below, value=word) for word in below.value.split(",")]
        return replace(above, value=[*words, *above.value])
    return above


def number(leaf: Leaf, name: str) -> int:
    """Return a whole number under a name, 0 when there is none; the model complains about that."""
    value = leaf.at((name,)).value
    return value if isinstance(value, int) else 0
