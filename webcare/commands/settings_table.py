"""Prints every setting with its default and meaning; the README's table is this very output."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from webcare.settings import Settings

_WIDTH = 78


@click.command()
@click.option("--markdown", is_flag=True, help="Print the table of the README.")
def settings(*, markdown: bool) -> None:
    """List every setting: its name in the environment, its default and what it means."""
    if markdown:
        click.echo(table(), nl=False)
        return
    for name, field in Settings.model_fields.items():
        click.echo(f"{name.upper()}  ({_default(field) or 'empty'})")
        click.echo(click.wrap_text(_meaning(field), _WIDTH, "    ", "    "))


def table() -> str:
    """Return all settings as a Markdown table that ends with a line break."""
    rows = [
        f"| `{name.upper()}` | {_quoted(_default(field))} | {_meaning(field)} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _default(field: FieldInfo) -> str:
    return "" if field.default is None else str(field.default)


def _quoted(value: str) -> str:
    return f"`{value}`" if value else "empty"


def _meaning(field: FieldInfo) -> str:
    """Return the description, with the words to choose from and a warning at secrets."""
    words = (field.description or "").replace("|", "\\|")
    choices = _choices(field.annotation)
    if choices:
        words += f" One of: {', '.join(f'`{each}`' for each in choices)}."
    if _is_secret(field.annotation):
        words += " Secret."
    return words


def _choices(kind: Any) -> tuple[str, ...]:
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def _is_secret(kind: Any) -> bool:
    return kind is SecretStr or SecretStr in get_args(kind)
