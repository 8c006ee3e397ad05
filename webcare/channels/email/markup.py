"""Reduces the HTML of a mail to text that reads well: paragraphs, lists, quotes and links stay."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

MAX_HTML = 1_000_000
_MAX_LINK = 300

_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "blockquote"}
_LINES = {"div", "tr", "li", "br", "hr", "dt", "dd", "section", "article", "center", "address"}
_CELLS = {"td", "th"}
_OTHERS = {"a"}
_DROPPED = {"script", "style", "title", "head", "noscript", "template"}
_QUOTE, _UNQUOTE = "\x02", "\x03"
_SPACES = re.compile(r"[^\S\u00a0]+")
_MANY_LINES = re.compile(r"\n{3,}")


def reduce(html: str) -> str:
    """Return the readable text of HTML; never raises, and takes at most MAX_HTML characters."""
    clean = nh3.clean(
        html[:MAX_HTML],
        tags=_PARAGRAPHS | _LINES | _CELLS | _OTHERS,
        clean_content_tags=_DROPPED - {"head"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
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


class _Reader(HTMLParser):
    """Collects text from HTML that nh3 has already made well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._link = ""
        self._link_begins = 0
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link, self._link_begins = dict(attrs).get("href") or "", len(self.out)
        elif tag == "blockquote":
            self.out.append(_QUOTE)
        else:
            self._preformatted += tag == "pre"
            self._break(tag)
            self.out.extend(["- "] if tag == "li" else [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag == "blockquote":
            self.out.append(_UNQUOTE)
        elif tag != "br":
            self._preformatted -= tag == "pre"
            self._break(tag)

    def handle_data(self, data: str) -> None:
        data = data.replace(_QUOTE, "").replace(_UNQUOTE, "")
        self.out.append(data if self._preformatted else _SPACES.sub(" ", data))

    def _break(self, tag: str) -> None:
        mark = "\n\n" if tag in _PARAGRAPHS else " " if tag in _CELLS else "\n"
        if tag in {"br", "hr"} or mark == " " or not self.out or not self.out[-1].endswith(mark):
            self.out.append(mark)

    def _close_link(self) -> None:
        link, shown = self._link, "".join(self.out[self._link_begins :]).strip()
        self._link = ""
        bare = link.removeprefix("mailto:").rstrip("/")
        if not bare or bare in shown or bare.partition("://")[2] == shown.rstrip("/"):
            return
        if len(link) > _MAX_LINK:
            link = "/".join(link.split("/", 3)[:3])[:_MAX_LINK] + "/..."
        self.out.append(f" ({link})" if shown else link)
