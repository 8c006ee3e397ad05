"""Checks the forms about inboxes and what contacts write on the public page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from webcare.schemas.form import Email, Form, Line, OptionalInt

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]


class InboxForm(Form):
    """A new inbox."""

    slug: Slug
    name: Line
    channel: Literal["webhook", "email", "form"]
    address: Annotated[str, StringConstraints(max_length=254)] = ""
    reply_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    team_id: OptionalInt = None


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


class ContactForm(Form):
    """What a contact writes; `website` is a trap that people can't see and programs fill in."""

    name: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=120)] = ""
    email: Email
    subject: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=200)] = ""
    text: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    website: str = ""
    once: Annotated[str, StringConstraints(max_length=64)] = ""
