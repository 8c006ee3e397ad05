"""Checks the forms about inboxes and what contacts write on the public page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from webcare.schemas.form import Email, Form, Line, OptionalId

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,40}$")]


class InboxForm(Form):
    """A new inbox."""

    slug: Slug
    name: Line
    channel: Literal["webhook", "email", "form"]
    address: Annotated[str, StringConstraints(max_length=254)] = ""
    reply_url: Annotated[str, StringConstraints(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    team_id: OptionalId = None


def _one_line(value: object) -> object:
    return " ".join(value.replace("\x00", " ").split()) if isinstance(value, str) else value


def _without_nul(value: object) -> object:
    # Whoever writes in need is read, whatever their keyboard added.
    return value.replace("\x00", "") if isinstance(value, str) else value


# Made with the empty form; it becomes part of a key, so it is plain.
Once = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


class ContactForm(Form):
    """What a contact writes; `website` is a trap that people can't see and programs fill in."""

    name: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=120)] = ""
    email: Email
    subject: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=200)] = ""
    text: Annotated[str, BeforeValidator(_without_nul), StringConstraints(min_length=1, max_length=10_000)]
    website: str = ""
    once: Once = ""
