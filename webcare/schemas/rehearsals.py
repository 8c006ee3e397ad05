"""Checks the forms of a rehearsal: holding an inject back, and saying how a rumour was met."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from webcare.schemas.form import Form


class ThrowForm(Form):
    """Throws an inject now; the page says which one."""


class HoldForm(Form):
    """Holds an inject back (`held` true) or lets it go."""

    held: bool


class MarkForm(Form):
    """How a rumour was met where the desk can't see it."""

    words: Annotated[str, StringConstraints(min_length=10, max_length=500)]
