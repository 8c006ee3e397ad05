"""Reads what was posted, as a form or as JSON, into one checked model."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import request
from pydantic import BaseModel

from webcare.schemas import form
from webcare.schemas.form import Misshapen

Shape = TypeVar("Shape", bound=BaseModel)

# Fields that belong to the page and not to the form that it carries.
OF_THE_PAGE = frozenset({"csrf", "tab", "order", "language", "insert", "conversation"})


def posted(shape: type[Shape]) -> Shape:
    """Return the body as a `shape`; raise Misshapen, naming each field, when it isn't one."""
    if request.is_json:
        given = _json()
        if not isinstance(given, dict):
            raise Misshapen("Send one JSON object.")
        return form.read(shape, given)
    names = [name for name in request.form if name not in OF_THE_PAGE or name in shape.model_fields]
    return form.from_fields(shape, {name: request.form.getlist(name) for name in names})


def page_field(name: str) -> str:
    """Return a field that belongs to the page, such as the language chosen, or an empty text."""
    given = request.form.get(name, "")
    return given if given.isprintable() else ""


def _json() -> Any:
    try:
        return request.get_json(silent=True)
    except RecursionError:
        # A hundred thousand brackets say nothing that any form could mean.
        return None
