"""Checks the forms about replies that wait for a yes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from webcare.schemas.form import Form, OptionalLine, Paragraph, blank_is_none

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Text = Annotated[str, StringConstraints(max_length=20_000)]


class YesForm(Form):
    """A yes to the text with this SHA-256; `text` is what the approver made of it, if they mended it.

    `override_reason` says why a lead lets pass what the checks stop.
    """

    sha256: Digest
    text: Annotated[_Text | None, BeforeValidator(blank_is_none)] = None
    override_reason: OptionalLine = None


class ReturnForm(Form):
    """A reply that goes back to its author, and why."""

    sha256: Digest
    reason: Paragraph
