"""Reads JSON that strangers wrote: bounded depth, UTF-8 only, one sentence for every failure."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

from webcare.errors import Unreadable

MAX_DEPTH = 64

# Possessive, and content with the end of the body in place of a closing quote: linear on any input.
_STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NOT_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def is_too_deep(body: bytes) -> bool:
    """Return whether brackets outside strings nest deeper than MAX_DEPTH; never recurses."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRINGS.sub(b"", body).translate(None, _NOT_BRACKETS)
    return any(depth > MAX_DEPTH for depth in accumulate(map(_STEP.__getitem__, brackets)))


def load(body: bytes) -> Any:
    """Return the value in a JSON body; raise Unreadable saying what is wrong and where."""
    if is_too_deep(body):
        raise Unreadable(f"This JSON nests deeper than {MAX_DEPTH} levels, so it is not read.")
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Unreadable(f"This is not UTF-8 text: byte {error.start} does not fit.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"This is not valid JSON: {error.msg} at {where}.") from None
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"This is not JSON that can be read: {str(error)[:120]}.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")
