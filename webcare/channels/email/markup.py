"""Reduces the HTML of a mail to text that reads well: paragraphs, lists, quotes and links stay."""

from __future__ import annotations

import re

from webcare.channels.email import tags

MAX_HTML = 1_000_000
_MAX_LINK = 300

_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
_LINES = {"div", "tr", "li", "br", "hr", "dt", "dd", "section", "article", "center", "address"}
_CELLS = {"td", "th"}
_WANTED = frozenset(_PARAGRAPHS | _LINES | _CELLS | {"a"})
_QUOTE, _UNQUOTE = "\x02", "\x03"
_SPACES = re.compile(r"[^\S\u00a0]+")
_MANY_LINES = re.compile(r"\n{3,}")


def reduce(html: str) -> str:
    """Return the readable text of HTML; never raises, and takes at most MAX_HTML characters."""
    reader = _Reader()
    for tag, value in tags.cut(html[:MAX_HTML], _WANTED):
        reader.take(tag, value)
    reader.take("/a", "")
    return _laid_out("".join(reader.out))


def _laid_out(text: str) -> str:
    """Return text with quotes marked by > and never more than one empty line in a row."""
    text = text.replace(_QUOTE, f"\n\n{_QUOTE}\n").replace(_UNQUOTE, f"\n{_UNQUOTE}\n\n")
    lines, depth = [], 0
    for line in map(str.strip, text.split("\n")):
        if line in (_QUOTE, _UNQUOTE):
            depth = max(0, depth + (1 if line == _QUOTE else -1))
        else:
            lines.append(f"{'>' * min(depth, 9)} {line}" if depth and line else line)
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).replace("\u00a0", " ").strip()


class _Reader:
    """Collects text piece by piece; no piece looks back further than to the last link."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._link = ""
        self._link_begins = 0
        self._preformatted = 0

    def take(self, tag: str, value: str) -> None:
        """Take words (when `tag` is empty), or a tag and what it links to."""
        if not tag:
            value = value.replace(_QUOTE, "").replace(_UNQUOTE, "")
            self.out.append(value if self._preformatted else _SPACES.sub(" ", value))
        elif tag in {"a", "/a"}:
            self._close_link()
            self._link, self._link_begins = value, len(self.out)
        elif tag in {"blockquote", "/blockquote"}:
            self.out.append(_UNQUOTE if tag[0] == "/" else _QUOTE)
        elif tag != "/br":
            self._preformatted = max(0, self._preformatted + (tag == "pre") - (tag == "/pre"))
            self._break(tag.removeprefix("/"))
            self.out.extend(["- "] if tag == "li" else [])

    def _break(self, tag: str) -> None:
        mark = "\n\n" if tag in _PARAGRAPHS else " " if tag in _CELLS else "\n"
        if tag in {"br", "hr"} or mark == " " or not self.out or not self.out[-1].endswith(mark):
            self.out.append(mark)

    def _close_link(self) -> None:
        if not self._link:
            return
        link, shown = self._link, "".join(self.out[self._link_begins :]).strip()
        self._link = ""
        bare = link.removeprefix("mailto:").rstrip("/")
        if not bare or bare in shown or bare.partition("://")[2] == shown.rstrip("/"):
            return
        if len(link) > _MAX_LINK:
            link = "/".join(link.split("/", 3)[:3])[:_MAX_LINK] + "/..."
        self.out.append(f" ({link})" if shown else link)
