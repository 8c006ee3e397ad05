"""Checks the forms of a crisis: activation, phase, checklist, next update, facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from webcare.schemas.form import Form, Id, Line, OptionalId, OptionalLine, Paragraph, blank_is_none

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
# Limits stand beside the number: around an optional one they would be asked of None as well.
_UpToADay = Annotated[int, Field(ge=5, le=1440)]
_AnyOfADay = Annotated[int, Field(ge=1, le=1440)]
_AnyOfAYear = Annotated[int, Field(ge=1, le=525_600)]
_AtMost = Annotated[str, StringConstraints(max_length=500)]
FIRST_YEAR, LAST_YEAR = 2000, 2199


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        return value


def _in_utc(value: datetime | None) -> datetime | None:
    """Read a moment; a form field without a zone means UTC, as the form says."""
    if value is None:
        return None
    # At both ends of the calendar there are moments that no other zone can name.
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"say a moment between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[datetime | None, BeforeValidator(_moment), AfterValidator(_in_utc)]


class ActivationForm(Form):
    """Puts a playbook in force; `confirmed` is set by the page that says what will change.

    `receipt` sends one automatic first receipt per conversation.
    """

    playbook: Key
    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]
    severity: Annotated[int, Field(ge=1, le=3)] = 2
    mode: Literal["real", "rehearsal"] = "rehearsal"
    next_update_minutes: Annotated[_UpToADay | None, BeforeValidator(blank_is_none)] = None
    receipt: bool = False
    confirmed: bool = False

    @property
    def options(self) -> dict[str, object]:
        """Return what the activation switches on besides its playbook."""
        return {"receipt": True} if self.receipt else {}


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
    agent_id: Id
    deputy_id: OptionalId = None


class NextUpdateForm(Form):
    """When the next public update is promised: in so many minutes, or at a moment in UTC."""

    minutes: Annotated[_AnyOfADay | None, BeforeValidator(blank_is_none)] = None
    at: Moment = None


class StandDownForm(Form):
    """Ends an activation: what is true now, or why it ends anyway; where help stays; day of the review."""

    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]
    ticked: list[Key] = Field(default_factory=list)
    override_reason: Annotated[_AtMost | None, BeforeValidator(blank_is_none)] = None
    help_stays_en: _AtMost = ""
    help_stays_nl: _AtMost = ""
    review_on: Annotated[date | None, BeforeValidator(blank_is_none)] = None

    @property
    def help_stays(self) -> dict[str, str]:
        """Return where help stays per language; a language without words is left out."""
        said = {"en": self.help_stays_en, "nl": self.help_stays_nl}
        return {language: words for language, words in said.items() if words}

    @property
    def review_at(self) -> datetime | None:
        """Return the moment of the review: nine in the morning, UTC."""
        return datetime.combine(self.review_on, time(9), tzinfo=UTC) if self.review_on else None


class UndoForm(Form):
    """Undoes a young activation."""

    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]


class FactForm(Form):
    """A new version of a fact."""

    activation_id: Id
    key: Key
    status: Literal["confirmed", "likely", "unknown"] = "confirmed"
    said_en: Annotated[str, StringConstraints(max_length=500)] = ""
    said_nl: Annotated[str, StringConstraints(max_length=500)] = ""
    source: Line
    owner: OptionalLine = None
    valid_minutes: Annotated[_AnyOfAYear | None, BeforeValidator(blank_is_none)] = None
    is_public: bool = False

    @property
    def said(self) -> dict[str, str]:
        """Return the words per language; a language without words is left out."""
        return {code: words for code, words in (("en", self.said_en), ("nl", self.said_nl)) if words}


class RetractForm(Form):
    """Takes a fact back, with the reason that the timeline keeps."""

    why: Paragraph
