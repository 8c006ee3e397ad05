"""Checks the forms of a crisis: activation, phase, checklist, next update, facts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from webcare.domain.coverage import Coverage
from webcare.schemas.form import Form, Id, Line, OptionalId, OptionalLine, Paragraph, blank_is_none

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
# Limits stand beside the number: around an optional one they would be asked of None as well.
_UpToADay = Annotated[int, Field(ge=5, le=1440)]
_AnyOfADay = Annotated[int, Field(ge=1, le=1440)]
_AnyOfAYear = Annotated[int, Field(ge=1, le=525_600)]
_UpToAHundred = Annotated[int, Field(ge=1, le=100)]
_Speed = Annotated[float, Field(ge=0.25, le=60)]
_Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
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


def _parted(value: Any) -> Any:
    """Read a line such as `gold, group tour` as its parts; what isn't words is left to be refused."""
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list) or not all(isinstance(each, str) for each in lines):
        return value
    return [part for line in lines for each in line.split(",") if (part := each.strip())]


_Words = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class ActivationForm(Form):
    """Puts a playbook in force; `confirmed` is set by the page that says what will change.

    `receipt` sends one automatic first receipt per conversation. After `trust_after` replies that were
    approved unchanged a volunteer sends alone; None leaves it to the playbook. `inboxes`, `languages` and
    `labels` say what it covers; a part that is left empty leaves nothing out. `speed` (times the
    playbook's own pace) and `seed` (the same gives the same messages) are a rehearsal's.
    """

    playbook: Key
    reason: Annotated[str, StringConstraints(min_length=5, max_length=500)]
    severity: Annotated[int, Field(ge=1, le=3)] = 2
    mode: Literal["real", "rehearsal"] = "rehearsal"
    next_update_minutes: Annotated[_UpToADay | None, BeforeValidator(blank_is_none)] = None
    receipt: bool = False
    trust_after: Annotated[_UpToAHundred | None, BeforeValidator(blank_is_none)] = None
    speed: _Speed = 1
    seed: Annotated[_Seed | None, BeforeValidator(blank_is_none)] = None
    inboxes: list[Id] = Field(default_factory=list, max_length=100)
    languages: list[_Words] = Field(default_factory=list, max_length=100)
    labels: Annotated[list[_Words], BeforeValidator(_parted), Field(max_length=100)] = Field(
        default_factory=list
    )
    confirmed: bool = False

    @property
    def scope(self) -> Coverage:
        """Return what the activation is to cover, as it was typed."""
        return Coverage(tuple(self.inboxes), tuple(self.languages), tuple(self.labels))

    @property
    def options(self) -> dict[str, object]:
        """Return what the activation switches on besides its playbook."""
        chosen: dict[str, object] = {"receipt": True} if self.receipt else {}
        if self.trust_after is not None:
            chosen["trust_after"] = self.trust_after
        if self.mode == "rehearsal":
            chosen["speed"] = self.speed
            if self.seed is not None:
                chosen["seed"] = self.seed
        return chosen


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
