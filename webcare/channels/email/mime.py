"""Cuts a mail into its parts, bounded in depth and number; our own, since the standard one recurses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value

from webcare.channels.email.decoding import MAX_HEADER, text

MAX_LEVELS = 50
MAX_PARTS = 200
# Every level copies all that lies below it: this is how often a large mail may be copied in all.
_MAX_COPIES = 8
_SMALL = 10_000_000
_MAX_HEAD = 262_144
_MAX_HEADERS = 2000

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\A\r?\n")
_HEADER_LINE = re.compile(rb"(?:From [^\r\n]*|[!-9;-~]{1,200}[ \t]*:)")
_KNOWN_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-[a-z-]{1,40}|x-[\w-]{1,60}|received"
    rb"|return-path|reply-to|in-reply-to|references)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mail: its headers, its body as sent, and the parts inside it."""

    head: Message
    body: bytes
    content_type: str
    children: tuple[Part, ...] = ()

    def parameter(self, name: str, header: str = "content-type") -> str:
        """Return a parameter of a header, such as `charset`, or an empty text."""
        try:
            value = self.head.get_param(name, "", header)
            return collapse_rfc2231_value(value) if value else ""
        except Exception:  # noqa: BLE001 - the standard library's parser meets hostile input here
            return ""

    def content(self) -> bytes:
        """Return the body without its transfer encoding; as sent when that is broken."""
        single, body = Message(), self.body
        for encoding in self.head.get_all("content-transfer-encoding", [])[:1]:
            single["content-transfer-encoding"] = str(encoding).strip()
            if str(encoding).strip().lower() == "base64":
                # The standard library would make an object of every line, though it may be empty.
                body = body.translate(None, b"\r\n")
        single.set_payload(body.decode("ascii", "surrogateescape"))
        try:
            decoded = single.get_payload(decode=True)
        except Exception:  # noqa: BLE001 - the same
            return self.body
        return decoded if isinstance(decoded, bytes) else self.body

    @property
    def is_attachment(self) -> bool:
        """Return whether the sender meant this part as a file."""
        disposition = str(self.head.get("content-disposition", "")).strip().lower()
        named = self.parameter("filename", "content-disposition") or self.parameter("name")
        return disposition.startswith("attachment") or bool(named)


class _Budget:
    def __init__(self, size: int) -> None:
        self.parts = MAX_PARTS
        self.size = _MAX_COPIES * size + _SMALL
        self.notices: list[str] = []

    def note(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)


def read(raw: bytes) -> tuple[Part, list[str]]:
    """Return a mail as a tree of parts, and sentences about what had to be left out."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    budget = _Budget(len(raw))
    return _part(raw.lstrip(b"\r\n"), "text/plain", 1, budget), budget.notices


def _part(raw: bytes, default_type: str, level: int, budget: _Budget) -> Part:
    budget.parts -= 1
    head, body = _halves(raw)
    kind = _content_type(head, default_type)
    leaf = Part(head, body, kind)
    budget.size -= len(raw)
    if budget.size < 0 and (kind == "message/rfc822" or kind.startswith("multipart/")):
        budget.note("This mail is too large for how deep it nests; what lies deepest is listed as a file.")
        return leaf
    if kind == "message/rfc822" and level < MAX_LEVELS and not leaf.is_attachment:
        return Part(head, body, kind, (_part(body.lstrip(b"\r\n"), "text/plain", level + 1, budget),))
    if not kind.startswith("multipart/"):
        return leaf
    pieces = _pieces(leaf)
    if pieces is None:
        if body.strip():
            budget.note("The parts of this mail are not marked; it is shown in one piece.")
        return Part(head, body, "text/plain")
    return Part(head, b"", kind, _children(pieces, kind, level, budget))


def _children(pieces: list[bytes], kind: str, level: int, budget: _Budget) -> tuple[Part, ...]:
    if level >= MAX_LEVELS:
        budget.note(f"This mail nests deeper than {MAX_LEVELS} levels; what lies below is left out.")
        return ()
    default = "message/rfc822" if kind == "multipart/digest" else "text/plain"
    children = []
    for piece in pieces:
        if budget.parts <= 0:
            budget.note(f"This mail has more than {MAX_PARTS} parts; the others are left out.")
            break
        children.append(_part(piece, default, level + 1, budget))
    return tuple(children)


def _halves(raw: bytes) -> tuple[Message, bytes]:
    """Return headers and body; text that begins without headers is all body."""
    if not _HEADER_LINE.match(raw):
        return Message(), raw.removeprefix(b"\r").removeprefix(b"\n")
    blank = _BLANK_LINE.search(raw, 0, _MAX_HEAD)
    end, begin = (blank.start(), blank.end()) if blank else (len(raw), len(raw))
    if blank is None and len(raw) > _MAX_HEAD:
        end = begin = _MAX_HEAD
    lines, stray = _tidy(raw[:end])
    try:
        head = HeaderParser().parsestr(text(lines, "utf-8", []))
    except Exception:  # noqa: BLE001 - the standard library's parser meets hostile input here
        return Message(), raw
    head.set_payload("")
    return head, stray + b"\n\n" + raw[begin:] if stray.strip() else raw[begin:]


def _tidy(block: bytes) -> tuple[bytes, bytes]:
    """Return (headers of bounded length, words that follow them without an empty line).

    A line that is no header continues the one above, as long as a well-known header still follows.
    """
    lines = block.replace(b"\r\n", b"\n").split(b"\n")
    last_known = max((place for place, line in enumerate(lines) if _KNOWN_HEADER.match(line)), default=0)
    kept: list[bytes] = []
    length = 0
    for place, line in enumerate(lines):
        is_header = bool(_HEADER_LINE.match(line))
        if not is_header and not line.startswith((b" ", b"\t")):
            if place > last_known:
                return b"\n".join(kept), b"\n".join(lines[place:])
            line = b" " + line  # noqa: PLW2901
        length = len(line) if is_header else length + len(line)
        if length <= MAX_HEADER and len(kept) < _MAX_HEADERS:
            kept.append(line)
        elif is_header:
            kept.append(line[:MAX_HEADER])
    return b"\n".join(kept[:_MAX_HEADERS]), b""


def _content_type(head: Message, default: str) -> str:
    if "content-type" not in head:
        return default
    try:
        return head.get_content_type()
    except Exception:  # noqa: BLE001 - the same
        return default


def _pieces(part: Part) -> list[bytes] | None:
    """Return what stands between the boundary lines, or None when no such line exists."""
    boundary = part.parameter("boundary").rstrip()
    if not boundary:
        return None
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    pieces: list[bytes] = []
    begin = None
    for found in re.finditer(rb"(?m)^--" + mark + rb"(--)?[ \t]*\r?$", part.body):
        if begin is not None:
            pieces.append(_without_last_break(part.body[begin : found.start()]))
        begin = None if found[1] else found.end() + 1
        if found[1] or len(pieces) > MAX_PARTS:
            break
    if begin is not None:
        pieces.append(part.body[begin:])
    return pieces or None


def _without_last_break(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")
