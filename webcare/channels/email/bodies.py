"""Picks the words of a mail out of its parts: plain text before HTML, files apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from webcare.channels.email import decoding, markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webcare.channels.email.mime import Part

_READABLE = {"text/plain": 2, "text/html": 1, "text/enriched": 0}
# For the words of one mail in all its parts together: a person reads less, and time must not grow with it.
MAX_BYTES = 4_000_000
MAX_WORDS = markup.MAX_HTML
_LONG = "This mail is very long; only the beginning of its words is read. The original is kept in full."


class _Reading:
    """What is left to read of one mail, and what must be said about it."""

    def __init__(self, notices: list[str]) -> None:
        self.notices = notices
        self.is_cut = False
        self._bytes, self._words = MAX_BYTES, MAX_WORDS

    def decoded(self, part: Part) -> str:
        """Return a part's words as they were sent, as far as this mail may still be read."""
        raw, is_cut = part.body, len(part.body) > self._bytes
        content = replace(part, body=raw[: self._bytes]).content() if is_cut else part.content()
        self._bytes -= min(len(raw), self._bytes)
        found = decoding.text(content, part.parameter("charset"), self.notices, is_cut=is_cut)
        self.is_cut |= is_cut or len(found) > self._words
        found = found[: self._words]
        self._words -= len(found)
        return found


def text(root: Part, notices: list[str]) -> str:
    """Return the readable text of a mail; empty when it holds none."""
    reading = _Reading(notices)
    found = _joined(_texts(root, reading)) or _of_files(root, reading)
    if reading.is_cut:
        notices.append(_LONG)
    return found


def _of_files(root: Part, reading: _Reading) -> str:
    for part in files(root):
        found = _one(part, reading) if part.content_type in {"text/plain", "text/html"} else ""
        if found:
            reading.notices.append(
                "This mail has no text of its own; the text of its first attachment is shown."
            )
            return found
    return ""


def files(root: Part) -> Iterator[Part]:
    """Yield every part that is a file and not the mail's own words."""
    if root.content_type == "message/rfc822" or (not root.children and not _is_words(root)):
        if root.body.strip():
            yield root
    else:
        for child in root.children:
            yield from files(child)


def _is_words(part: Part) -> bool:
    return part.content_type in _READABLE and not part.is_attachment


def _texts(part: Part, reading: _Reading) -> list[str]:
    if part.content_type == "multipart/alternative":
        return _best(part, reading)
    if not part.children:
        return [_one(part, reading)] if _is_words(part) else []
    own = [child for child in part.children if child.content_type != "message/rfc822"]
    texts = [text for child in own for text in _texts(child, reading)]
    if not any(texts):
        texts = [text for child in part.children if child not in own for text in _texts(child, reading)]
    return texts


def _best(part: Part, reading: _Reading) -> list[str]:
    """Return the first alternative that says something, plain text first."""
    ranked = sorted(part.children, key=lambda child: -_READABLE.get(child.content_type, 0))
    for child in ranked:
        heard = len(reading.notices)
        texts = [text for text in _texts(child, reading) if text]
        if texts:
            return texts
        del reading.notices[heard:]
    return []


def _one(part: Part, reading: _Reading) -> str:
    content = reading.decoded(part)
    if part.content_type == "text/html":
        return markup.reduce(content)
    if part.parameter("format").lower() == "flowed":
        content = _unflowed(content, is_joined=part.parameter("delsp").lower() == "yes")
    return content.replace("\r\n", "\n").strip("\n ")


def _unflowed(content: str, *, is_joined: bool) -> str:
    """Return text with the soft line breaks of format=flowed (RFC 3676) taken back."""
    out: list[str] = []
    is_open, depth = False, 0
    for line in content.replace("\r\n", "\n").split("\n"):
        words = line.lstrip(">")
        level = len(line) - len(words)
        words = words.removeprefix(" ")
        if is_open and level == depth and words.rstrip() != "--":
            out[-1] = (out[-1][:-1] if is_joined else out[-1]) + words
        else:
            out.append(f"{'>' * level} {words}" if level else words)
        is_open, depth = words.endswith(" ") and words != "-- ", level
    return "\n".join(out)


def _joined(texts: list[str]) -> str:
    """Return the texts as one, without the screenfuls of empty lines that some mails hold."""
    kept: list[str] = []
    for line in "\n\n".join(text for text in texts if text).split("\n"):
        line = line.rstrip(" \t\r\u00a0\u200b\u200c\ufeff") if line != "-- " else line  # noqa: PLW2901
        if line or kept[-2:] != ["", ""]:
            kept.append(line)
    return "\n".join(kept).strip("\n")
