"""Finds nothing at addresses whose numbers or words no row could carry, before any query is asked."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter


class _Id(IntegerConverter):
    """A number that a bigint column holds, whatever its digits are."""

    regex = r"\d{1,18}"


class _Word(UnicodeConverter):
    """A name without control signs; PostgreSQL refuses some of them."""

    part_isolating = True

    def __init__(self, *args: object, **options: int) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        # A pattern and not a later check: werkzeug would answer 405 to what only a check refuses.
        self.regex = r"[^/\x00-\x1f\x7f]+"


def use(app: Flask) -> None:
    """Read the parts of every address of `app` with care; call it before its routes are added."""
    app.url_map.converters = {**app.url_map.converters, "int": _Id, "default": _Word, "string": _Word}
