"""Checks the forms of broadcasts: parts in two languages, moments by the clock on the wall, decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from webcare.domain.broadcasts import LANGUAGES, ONLY, PARTS, SHORT
from webcare.schemas.crisis import FIRST_YEAR, LAST_YEAR
from webcare.schemas.form import Form, Id, Line, OptionalId, Paragraph, Version, blank_is_none

Words = Annotated[str, StringConstraints(max_length=1000)]
_Minutes = Annotated[int, Field(ge=5, le=1440)]


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        return value


def _near(value: datetime | None) -> datetime | None:
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"say a moment between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return value


# Without a zone it is what the clock in the playbook's zone shows, as the form says.
WallClock = Annotated[datetime | None, BeforeValidator(_moment), AfterValidator(_near)]


class BroadcastForm(Form):
    """An update in five parts, a post in one text or a correction in two; `seen_version` when changed."""

    kind: Literal["update", "nochange", "post", "correction"] = "update"
    activation_id: OptionalId = None
    know_en: Words = ""
    dont_know_en: Words = ""
    doing_en: Words = ""
    you_can_en: Words = ""
    text_en: Words = ""
    short_en: Words = ""
    know_nl: Words = ""
    dont_know_nl: Words = ""
    doing_nl: Words = ""
    you_can_nl: Words = ""
    text_nl: Words = ""
    short_nl: Words = ""
    next_update_at: WallClock = None
    publish_at: WallClock = None
    seen_version: Annotated[Version | None, BeforeValidator(blank_is_none)] = None

    @property
    def parts(self) -> dict[str, dict[str, str]]:
        """Return the words per language and part."""
        names = (*PARTS, ONLY, SHORT)
        return {code: {name: getattr(self, f"{name}_{code}") for name in names} for code in LANGUAGES}


class SeenForm(Form):
    """A decision about exactly the version that was read."""

    seen_version: Version


class OverrideForm(SeenForm):
    """A finding that a lead lets pass in the version that was read, and why."""

    name: Line
    why: Paragraph


class NoChangeForm(Form):
    """Nothing changed: the crisis, and in how many minutes the next update comes."""

    activation_id: Id
    minutes: _Minutes


class PostDecisionForm(Form):
    """What to do about a post that failed, or of which nobody knows whether it arrived."""

    decision: Literal["resend", "mark_sent", "give_up"]
