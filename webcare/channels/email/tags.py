"""Cuts HTML into words and tags in one pass whose time grows with its length only, whatever is in it."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_ATTRIBUTES = 50
_MAX_VALUE = 2000

# Elements whose content nobody reads.
_SILENT = ("script", "style", "title", "noscript", "template")
_CLOSING = {name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE) for name in _SILENT}
_MARKUP = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")
# Possessive throughout: nothing is ever tried a second time. A > inside a quoted value ends no tag.
_TAG = re.compile(r"""</?[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_ATTRIBUTE = re.compile(r"""([^\s/>="']++)\s*+(?:=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>]++)))?+""")
# Python refuses to read numbers of thousands of digits, with an error.
_HUGE_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{100,}+;?")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SAFE = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


def cut(html: str, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield pairs in order: ("", words), ("p", ""), ("/p", ""), ("a", its link or an empty text).

    Tags not in `wanted` leave nothing behind, and neither do comments, scripts and styles. What is
    begun and never closed (comment, style, tag) hides nothing: its words are yielded as words.
    """
    return _Cutter(html).pieces(wanted)


def words(text: str) -> str:
    """Return text with its character references replaced; never raises."""
    return unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def link(tag: str) -> str:
    """Return where an opening tag links to, when that is http, https or mailto; else an empty text."""
    named = _NAME.match(tag)
    for found in islice(_ATTRIBUTE.finditer(tag, named.end() if named else 0), _MAX_ATTRIBUTES):
        if found[1].lower() == "href":
            value = next((given for given in found.groups()[1:] if given), "")[:_MAX_VALUE]
            value = _CONTROLS.sub("", words(value)).strip()
            return value if _SAFE.match(value) else ""
    return ""


class _Cutter:
    """Remembers what is never closed further down, so that nothing searches for it a second time."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._last = html.rfind(">")
        self._do_comments_close = self._do_quotes_close = True
        self._unclosed: set[str] = set()

    def pieces(self, wanted: frozenset[str]) -> Iterator[tuple[str, str]]:
        html, place = self._html, 0
        while (found := _MARKUP.search(html, place)) and found.start() < self._last:
            begin = found.start()
            if begin > place:
                yield "", words(html[place:begin])
            named = _NAME.match(html, begin)
            place = self._tag_end(begin) if named else self._remark_end(begin)
            if named is None:
                continue
            name, is_end = named[1].lower(), html[begin + 1] == "/"
            if name in wanted:
                value = link(html[begin:place]) if name == "a" and not is_end else ""
                yield f"/{name}" if is_end else name, value
            elif name in _CLOSING and not is_end:
                place = self._silence_end(name, place)
        if place < len(html):
            yield "", words(html[place:])

    def _tag_end(self, begin: int) -> int:
        whole = _TAG.match(self._html, begin) if self._do_quotes_close else None
        if whole is not None:
            return whole.end()
        self._do_quotes_close = False
        return self._html.find(">", begin) + 1

    def _remark_end(self, begin: int) -> int:
        if self._do_comments_close and self._html.startswith("<!--", begin):
            # From the second character on, because `<!-->` is a whole comment.
            end = self._html.find("-->", begin + 2)
            if end >= 0:
                return end + 3
            self._do_comments_close = False
        return self._html.find(">", begin) + 1

    def _silence_end(self, name: str, begin: int) -> int:
        if name in self._unclosed:
            return begin
        found = _CLOSING[name].search(self._html, begin)
        if found is None:
            self._unclosed.add(name)
            return begin
        return found.start()
