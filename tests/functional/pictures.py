"""Keeps pictures of windows for the documentation, in 256 colours, so that they stay small."""

from __future__ import annotations

import base64
import os
import struct
import zlib
from pathlib import Path
from typing import Any

from tests.functional.browser import Window

REDUCE = (Path(__file__).parent / "palette.js").read_text(encoding="utf-8")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(opened: Window, name: str) -> None:
    """Keep a picture of the window in the folder that WEBCARE_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("WEBCARE_SCREENSHOTS")
    if not folder:
        return
    opened.page.wait_for_timeout(300)
    taken = opened.page.screenshot(animations="disabled")
    # A blank page has no policy that forbids the script.
    blank = opened.page.context.new_page()
    reduced = blank.evaluate(REDUCE, base64.b64encode(taken).decode())
    blank.close()
    Path(folder, f"{name}.png").write_bytes(_png(reduced))


def _png(reduced: dict[str, Any]) -> bytes:
    width, height = reduced["width"], reduced["height"]
    pixels = reduced["pixels"].encode("latin-1")
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return (
        _SIGNATURE
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", bytes(reduced["palette"]))
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
