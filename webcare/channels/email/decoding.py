"""Turns the bytes of mails into text: charsets that lie, headers that hold encoded words."""

from __future__ import annotations

import codecs
from email.header import decode_header
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

MAX_HEADER = 8_000  # the standard library's readers of headers take quadratic time

# What senders name, and what they mean by it; the right side holds everything the left one does.
_WIDER = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-8-i": "iso8859-8",
}
# Codecs of Python's own that are no charsets of mail; idna takes quadratic time.
_NEVER = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
_MAX_WIDTH = 4  # bytes of one character, in any charset
_UNNAMED = {"", "us-ascii", "ascii"}


def text(data: bytes, charset: str, notices: list[str], *, is_cut: bool = False) -> str:
    """Return bytes as text: as declared, else UTF-8, else Latin-1, with a notice when guessed.

    `is_cut`: the last character may be missing some of its bytes.
    """
    name = charset.strip().strip("\"'").lower()
    for tried in _tries(name):
        for missing in range(_MAX_WIDTH if is_cut else 1):
            try:
                return data[: len(data) - missing].decode(tried)
            except (LookupError, ValueError):
                continue
    declared = f"its charset is {name!r:.40}" if name not in _UNNAMED else "it names no charset"
    guess, label = _guess(data)
    notices.append(f"A part of this mail was read as {label}, although {declared}; letters may be wrong.")
    return guess


def _tries(name: str) -> list[str]:
    if name in _UNNAMED:
        return ["ascii", "utf-8"]
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = name
    if known in _NEVER or name in _NEVER:
        return []
    if known == "utf-8":
        return ["utf-8-sig"]
    return [_WIDER.get(known, _WIDER.get(name, known)), known]


def _guess(data: bytes) -> tuple[str, str]:
    """Return the likelier of UTF-8 with holes and Latin-1: UTF-8 when most of its letters are whole."""
    as_utf8 = data.decode("utf-8", "replace")
    holes = as_utf8.count("\ufffd")
    if len(as_utf8) - len(as_utf8.encode("ascii", "ignore")) - holes >= holes:
        return as_utf8, "UTF-8"
    try:
        return data.decode("cp1252"), "Latin-1"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "Latin-1"


def header(head: Message, name: str) -> str:
    """Return the first header of that name as it stands, undecoded; an empty text when it is missing."""
    return next(iter(headers(head, name)), "")


def headers(head: Message, name: str) -> list[str]:
    """Return every header of that name, unfolded but undecoded, at most 50 of them."""
    wanted = name.lower()
    found = [str(value) for key, value in head.raw_items() if key.lower() == wanted]
    return [_readable(value[:MAX_HEADER]) for value in found[:50]]


def _readable(value: str) -> str:
    if value.isascii():
        return value
    return text(value.encode("utf-8", "surrogateescape"), "utf-8", [])


def words(value: str) -> str:
    """Return a header value with its encoded words decoded, as far as they can be; never raises."""
    if "=?" not in value:
        return value
    try:
        parts = decode_header(value)
    except (ValueError, LookupError):  # HeaderParseError and binascii.Error are ValueErrors
        return value
    except Exception as error:  # noqa: BLE001 - the standard library's decoder meets hostile input here
        return f"{value} [{type(error).__name__}]"
    return "".join(_word(part, charset) for part, charset in parts)


def _word(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    return text(part, charset or "", [])
