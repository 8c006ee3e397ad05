"""Lists the files of a mail by name, type, size and digest; they are never opened."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from webcare.channels import plain
from webcare.channels.email.decoding import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webcare.channels.email.mime import Part

MAX_NAME = 150
_NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def describe(parts: Iterable[Part]) -> tuple[dict[str, Any], ...]:
    """Return one dict per file: name, content_type, size in bytes, sha256 in hex."""
    return tuple(_described(part, number) for number, part in enumerate(parts, 1))


def _described(part: Part, number: int) -> dict[str, Any]:
    content = part.body if part.content_type.startswith("message/") else part.content()
    return {
        "name": file_name(_given_name(part)) or f"attachment-{number}",
        "content_type": plain.line(part.content_type, 100),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _given_name(part: Part) -> str:
    return words(part.parameter("filename", "content-disposition") or part.parameter("name"))


def file_name(given: str) -> str:
    """Return a file's own name without folders, controls, direction overrides or leading dots."""
    name = plain.line(given.replace("\\", "/"), 1000).rsplit("/", 1)[-1]
    name = name.translate(_NOT_IN_NAMES).strip(" .")
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:  # noqa: PLR2004 - no file ending is longer
        return name[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
