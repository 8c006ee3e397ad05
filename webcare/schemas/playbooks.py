"""Checks the forms of playbooks: taking a changed version into force, approving words by name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from webcare.schemas.crisis import Key
from webcare.schemas.form import Form

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ChangesForm(Form):
    """Takes the folder into force whose fingerprint the page showed."""

    seen: Digest


class WordsForm(Form):
    """Says yes to exactly these words: the SHA-256 is that of the text that the page showed."""

    noun: Literal["reply", "snippet"]
    key: Key
    sha256: Digest
