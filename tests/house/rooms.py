"""Writes the parts of documents that are made from code: the settings of the README, the rooms of the house.

`python -m tests.house.rooms` brings both up to date after a setting or a module came or went.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.house.source import ROOT, SHIPPED, files, is_history, tree
from webcare.commands.settings_table import table

# Where the made part stands, and what makes it.
MADE = {"README.md": "settings", "docs/architecture.md": "rooms"}


def rooms() -> str:
    """Return every module under its package, each with the first line it opens with."""
    packages: dict[str, list[str]] = defaultdict(list)
    for path in files(*SHIPPED):
        if is_history(path):
            continue
        package = path.parent.relative_to(ROOT).as_posix()
        name = "" if path.name == "__init__.py" else path.stem
        packages[package].append(f"| {f'`{name}`' if name else 'the package'} | {_line(path)} |")
    parts = [
        f"#### `{package}/`\n\n| room | what it is for |\n|---|---|\n" + "\n".join(sorted(lines, key=_first))
        for package, lines in sorted(packages.items())
    ]
    return "\n\n".join(parts) + "\n"


def made(document: str) -> str:
    """Return the made part as it stands in `document` now, without its marks; empty when it has none."""
    found = re.search(_pattern(MADE[document]), (ROOT / document).read_text(encoding="utf-8"), re.DOTALL)
    return found[2] if found else ""


def due(document: str) -> str:
    """Return the made part as it must be."""
    return {"settings": table, "rooms": rooms}[MADE[document]]()


def write() -> None:
    """Bring every made part up to date."""
    for document, mark in MADE.items():
        path = ROOT / document
        fresh = due(document)
        text = re.sub(
            _pattern(mark),
            lambda found, fresh=fresh: found[1] + fresh + found[3],
            path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        path.write_text(text, encoding="utf-8")


def _pattern(mark: str) -> str:
    return rf"(<!-- {mark}: made[^\n]*-->\n\n)(.*?)(\n<!-- end of {mark} -->)"


def _first(line: str) -> tuple[bool, str]:
    return not line.startswith("| the package"), line


def _line(path: Path) -> str:
    said = ast.get_docstring(tree(path)) or ""
    return " ".join(said.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    write()
