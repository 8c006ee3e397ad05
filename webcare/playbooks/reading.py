"""Reads one YAML file into values that remember their line: no tags, no aliases, bounded in size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from yaml.error import MarkedYAMLError, YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from webcare.domain.playbook.sheets import Leaf, Scalar

LARGEST = 512 * 1024
"""Bytes in one file; the largest that ships is a tenth of it."""

_DEEPEST = 20
_INT = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")
_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "true": True, "false": False}


class YamlProblem(Exception):
    """A file that can't be read: the line from 1, what is wrong and how to mend it."""

    def __init__(self, line: int, what: str, mend: str) -> None:
        """Keep the three."""
        super().__init__(f"line {line}: {what} ({mend})")
        self.line, self.what, self.mend = line, what, mend


def read(file: Path) -> Leaf:
    """Return the one document in a file; raise YamlProblem when it isn't plain, safe YAML."""
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise YamlProblem(
            1, f"the file can't be read: {error.strerror}", "check its name and rights"
        ) from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise YamlProblem(line, "the file is not UTF-8", "save it as UTF-8") from error
    if len(raw) > LARGEST:
        raise YamlProblem(1, f"the file has {len(raw)} bytes", f"split it; {LARGEST} is the most")
    try:
        return _Reader(text, str(file)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = f"this is no YAML: {error.problem or error.context}"
        mend = "check the spaces at the start of the line, and put text with ': ' or '#' between quotes"
        raise YamlProblem(line, what, mend) from error
    except (YAMLError, ValueError) as error:
        raise YamlProblem(1, "this is no YAML", "save it as plain text") from error


class _Reader:
    """Walks the parser's events, so that no object is ever made from a tag or an alias."""

    def __init__(self, text: str, file: str) -> None:
        """Take the text and the name that its values will carry."""
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.file = file

    def document(self) -> Leaf:
        """Return the first document; an empty file is an empty mapping."""
        leaf: Leaf | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent) and leaf is not None:
                raise YamlProblem(_line(event), "a second document starts here", "remove the line '---'")
            if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent | AliasEvent):
                leaf = self._leaf(event, 0)
            if isinstance(event, StreamEndEvent):
                break
        return leaf if leaf is not None else Leaf({}, self.file, 1)

    def _leaf(self, event: Any, depth: int) -> Leaf:
        self._refuse(event, depth)
        if isinstance(event, ScalarEvent):
            return Leaf(_scalar(event), self.file, _line(event))
        if isinstance(event, SequenceStartEvent):
            return Leaf(list(self._items(depth)), self.file, _line(event))
        return Leaf(self._mapping(depth), self.file, _line(event))

    def _items(self, depth: int) -> Iterator[Leaf]:
        while not isinstance(event := next(self.events), SequenceEndEvent):
            yield self._leaf(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Leaf]:
        found: dict[str, Leaf] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            self._refuse(event, depth)
            if not isinstance(event, ScalarEvent):
                raise YamlProblem(_line(event), "a key must be one word", "write it as 'word: ...'")
            name, line = str(event.value), _line(event)
            if name in found:
                raise YamlProblem(
                    line, f"'{name}' stands twice (first in line {found[name].line})", "keep one"
                )
            value = self._leaf(next(self.events), depth + 1)
            found[name] = Leaf(value.value, self.file, line)
        return found

    def _refuse(self, event: Any, depth: int) -> None:
        """Raise at what could run code, repeat itself into a bomb or exhaust the stack."""
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise YamlProblem(_line(event), "'&' and '*' repeat parts of a file", "write the part out")
        if getattr(event, "tag", None):
            raise YamlProblem(
                _line(event), f"the tag '{event.tag}' is not allowed", "remove it, or quote the text"
            )
        if depth > _DEEPEST:
            raise YamlProblem(_line(event), "this is nested too deeply", "take some levels away")


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> Scalar:
    """Return a value by the small rules of YAML 1.2: 'no' and dates stay text."""
    text = str(event.value)
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
