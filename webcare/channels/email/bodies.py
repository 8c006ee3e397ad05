"""Picks the words of a mail out of its parts: plain text before HTML, files apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webcare.channels.email import decoding, markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webcare.channels.email.mime import Part

_READABLE = {"text/plain": 2, "text/html": 1, "text/enriched": 0}


def text(root: Part, notices: list[str]) -> str:
    """Return the readable text of a mail; empty when it holds none."""
    found = _joined(_texts(root, notices))
    if found:
        return found
    for part in files(root):
        if part.content_type in {"text/plain", "text/html"}:
            found = _one(part, notices)
        if found:
            notices.append("This mail has no text of its own; the text of its first attachment is shown.")
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


def _texts(part: Part, notices: list[str]) -> list[str]:
    if part.content_type == "multipart/alternative":
        return _best(part, notices)
    if not part.children:
        return [_one(part, notices)] if _is_words(part) else []
    own = [child for child in part.children if child.content_type != "message/rfc822"]
    texts = [text for child in own for text in _texts(child, notices)]
    if not any(texts):
        texts = [text for child in part.children if child not in own for text in _texts(child, notices)]
    return texts


def _best(part: Part, notices: list[str]) -> list[str]:
    """Return the first alternative that says something, plain text first."""
    ranked = sorted(part.children, key=lambda child: -_READABLE.get(child.content_type, 0))
    for child in ranked:
        heard: list[str] = []
        texts = [text for text in _texts(child, heard) if text]
        if texts:
            notices.extend(heard)
            return texts
    return []


def _one(part: Part, notices: list[str]) -> str:
    content = decoding.text(part.content(), part.parameter("charset"), notices)
    if part.content_type == "text/html":
        if len(content) > markup.MAX_HTML:
            notices.append(f"The HTML of this mail is cut after {markup.MAX_HTML:,} characters.")
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
