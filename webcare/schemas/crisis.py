"""Checks the forms of a crisis: activation, phase, checklist, next update, facts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from webcare.schemas.form import Form, Line, OptionalInt, OptionalLine, Paragraph

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]


def _moment(value: Any) -> Any:
    """Read a moment; a form field without a zone means UTC, as the form says."""
    if isinstance(value, str):
        if not value.strip():
            return None
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return value
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value


Moment = Annotated[datetime | None, BeforeValidator(_moment)]


class ActivationForm(Form):
    """Puts a playbook in force; `confirmed` is set by the page that says what will change."""

    playbook: Key
    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]
    severity: Annotated[int, Field(ge=1, le=3)] = 2
    mode: Literal["real", "rehearsal"] = "rehearsal"
    next_update_minutes: Annotated[OptionalInt, Field(ge=5, le=1440)] = None
    confirmed: bool = False


class PhaseForm(Form):
    """Moves an activation on: criteria that are met, or why it moves without them."""

    phase: Key
    ticked: list[Key] = Field(default_factory=list)
    override_reason: OptionalLine = None


class StepForm(Form):
    """One line of the checklist that was done."""

    step: Key


class RoleForm(Form):
    """Who wears a hat, and who stands in."""

    role: Key
    agent_id: int
    deputy_id: OptionalInt = None


class NextUpdateForm(Form):
    """When the next public update is promised: in so many minutes, or at a moment in UTC."""

    minutes: Annotated[OptionalInt, Field(ge=1, le=1440)] = None
    at: Moment = None


class StandDownForm(Form):
    """Ends an activation."""

    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]


class FactForm(Form):
    """A new version of a fact."""

    activation_id: int
    key: Key
    status: Literal["confirmed", "likely", "unknown"] = "confirmed"
    said_en: Annotated[str, StringConstraints(max_length=500)] = ""
    said_nl: Annotated[str, StringConstraints(max_length=500)] = ""
    source: Line
    owner: OptionalLine = None
    valid_minutes: Annotated[OptionalInt, Field(ge=1, le=525_600)] = None
    is_public: bool = False

    @property
    def said(self) -> dict[str, str]:
        """Return the words per language; a language without words is left out."""
        return {code: words for code, words in (("en", self.said_en), ("nl", self.said_nl)) if words}


class RetractForm(Form):
    """Takes a fact back, with the reason that the timeline keeps."""

    why: Paragraph
