"""Turns pydantic's errors into sentences that say what is wrong in a playbook and how to mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, RootModel, ValidationError

from webcare.domain.playbook.flaws import Flaw, closest

_WANTED = {
    "string_type": "a text; put it between quotes",
    "int_type": "a whole number, without quotes",
    "int_parsing": "a whole number",
    "bool_type": "true or false, without quotes",
    "float_type": "a number, without quotes",
    "float_parsing": "a number",
    "tuple_type": "a list: lines that start with '- '",
    "list_type": "a list: lines that start with '- '",
    "dict_type": "a mapping: lines such as 'en: ...' and 'nl: ...'",
    "model_type": "a mapping: lines such as 'key: ...'",
    "model_attributes_type": "a mapping: lines such as 'key: ...'",
}


def of(error: ValidationError, model: type[BaseModel]) -> Iterator[Flaw]:
    """Yield one flaw per error that pydantic found while reading `model`."""
    for each in error.errors(include_url=False):
        place = tuple(step for step in each["loc"] if step != "[key]")
        context: Mapping[str, Any] = each.get("ctx", {})
        if each["type"] == "flaws":
            for flaw in context["flaws"]:
                yield Flaw((*place, *flaw.place), flaw.what, flaw.mend)
        else:
            yield _flaw(each["type"], place, {**context, "input": each["input"], "msg": each["msg"]}, model)


def _flaw(
    kind: str, place: tuple[int | str, ...], context: Mapping[str, Any], model: type[BaseModel]
) -> Flaw:
    """Return the words for one kind of error; unknown kinds keep pydantic's own sentence."""
    name = place[-1] if place else "the file"
    shown = _shown(context["input"])
    if kind == "missing":
        return Flaw(place, f"'{name}' is missing", f"add a line '{name}: ...' here")
    if kind == "extra_forbidden":
        known = _fields(model, place[:-1])
        return Flaw(place, f"'{name}' is not a key that belongs here", closest(str(name), known))
    if kind == "literal_error":
        allowed = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return Flaw(place, f"'{name}' can't be {shown}", closest(str(context["input"]), allowed))
    if kind == "string_pattern_mismatch":
        return Flaw(place, f"'{name}' can't be {shown}", f"write it as {_pattern(context['pattern'])}")
    if kind in _WANTED:
        return Flaw(place, f"'{name}' can't be {shown}", f"it must be {_WANTED[kind]}")
    return Flaw(place, f"'{name}': {context['msg']}", str(context.get("mend", f"now it says {shown}")))


def _shown(value: object) -> str:
    """Return a value, short enough for one line."""
    plain = "empty" if value is None else repr(value)
    return plain if len(plain) <= 60 else plain[:57] + "..."  # noqa: PLR2004 - one line on a small screen


def _pattern(pattern: str) -> str:
    """Return the words for the patterns that playbooks use."""
    if r"\d+\.\d+" in pattern:
        return "three numbers with dots, such as 1.0.0, between quotes"
    if "[0-5]" in pattern:
        return "a local time such as 19:30, between quotes"
    if "{2,3}" in pattern:
        return "a language code of two or three small letters, such as nl"
    return "small letters, digits, and single dots, dashes or underscores between them"


def _fields(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that belong at a place, by walking the model's own annotations."""
    here: Any = model
    for step in place:
        if isinstance(step, int):
            continue  # an item of a list has the type that `_inner` already found
        field = here.model_fields.get(step)
        inner = _inner(field.annotation) if field else None
        if inner is None:
            return []
        here = inner
    return [] if issubclass(here, RootModel) else list(here.model_fields)


def _inner(annotation: object) -> type[BaseModel] | None:
    """Return the model inside an annotation such as `tuple[Phase, ...]` or `Text | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := _inner(each))), None)
