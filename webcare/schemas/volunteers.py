"""Checks the forms of volunteers: links that let them in, what they agree to, and their buddy."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from webcare.schemas.form import Email, Form, Id, Line
from webcare.schemas.people import Initials, NewPassword

_Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class LinksForm(Form):
    """How many one-time links to make, and for how many hours they work."""

    count: Annotated[int, Field(ge=1, le=50)] = 1
    hours: Annotated[int, Field(ge=1, le=168)] = 24


class JoinForm(Form):
    """Who joins; `code` is the version of the code of conduct that they ticked."""

    name: Line
    initials: Initials
    email: Email
    password: NewPassword
    languages: list[_Code] = Field(default_factory=list, max_length=12)
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    has_read_card: bool = False


class BuddyForm(Form):
    """Who answers a volunteer's questions."""

    buddy_id: Id
