"""Turns posted fields into one checked model, or into a refusal that names every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from webcare.errors import Refused


class Misshapen(Refused):
    """What was posted does not have the shape of the form; `reasons` names each field."""

    status = 400


class Form(BaseModel):
    """Base of every form: blanks around words go, unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def blank_is_none(value: Any) -> Any:
    """Read a field that was left empty as none at all."""
    return None if isinstance(value, str) and not value.strip() else value


Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Email = Annotated[
    str, StringConstraints(max_length=254, to_lower=True, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")
]
OptionalLine = Annotated[Line | None, BeforeValidator(blank_is_none)]
# What the columns can hold; a larger number is refused here and not by the database.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
OptionalId = Annotated[Id | None, BeforeValidator(blank_is_none)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]

Shape = TypeVar("Shape", bound=BaseModel)


def read(shape: type[Shape], posted: Mapping[str, Any]) -> Shape:
    """Return `posted` as a `shape`; raise Misshapen with one sentence per field that is wrong."""
    try:
        found = shape.model_validate(dict(posted))
    except ValidationError as error:
        reasons = tuple(_sentence(flaw) for flaw in error.errors(include_url=False, include_input=False))
        raise Misshapen("The form is not complete: " + " ".join(reasons), reasons) from None
    # PostgreSQL keeps every sign but this one, and no person can type it.
    odd = tuple(f"{name}: holds a NUL character; take it out." for name, value in found if _holds_nul(value))
    if odd:
        raise Misshapen("The form can't be read: " + " ".join(odd), odd)
    return found


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, Mapping):
        return any(_holds_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list | tuple) and any(map(_holds_nul, value))


def from_fields(shape: type[Shape], fields: Mapping[str, Sequence[str]]) -> Shape:
    """Return form fields (each name with all its values) as a `shape`; a repeated field is refused."""
    plain: dict[str, Any] = {}
    for name, values in fields.items():
        known = shape.model_fields.get(name)
        if known is not None and get_origin(known.annotation) in (list, tuple):
            plain[name] = list(values)
        elif len(values) > 1:
            raise Misshapen(f"The field {name!r} came more than once.", (f"{name}: came more than once.",))
        else:
            plain[name] = values[0]
    return read(shape, plain)


def _sentence(flaw: Any) -> str:
    name = ".".join(str(part) for part in flaw["loc"]) or "form"
    kind = flaw["type"]
    if kind in ("missing", "string_too_short"):
        return f"{name}: please fill this in."
    if kind == "extra_forbidden":
        return f"{name}: this form has no such field."
    if kind == "value_error":
        return f"{name}: {flaw['ctx']['error']}"
    return f"{name}: {str(flaw['msg'])[:1].lower()}{str(flaw['msg'])[1:]}."
