"""Reads the project's own source for the house tests."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ("webcare", "workers")
ALL = (*SHIPPED, "tests", "benchmarks")


@cache
def files(*folders: str) -> tuple[Path, ...]:
    """Return the Python files under `folders` that belong to the project, tracked or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\n")
    return tuple(sorted(ROOT / name for name in listed if name.endswith(".py") and (ROOT / name).exists()))


@cache
def tree(path: Path) -> ast.Module:
    """Return the parsed module at `path`."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a module, nested ones and methods included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def short(path: Path) -> str:
    """Return the path as people write it."""
    return path.relative_to(ROOT).as_posix()


def is_history(path: Path) -> bool:
    """Return whether `path` is a migration: generated once, never touched again."""
    return "migrations/versions" in path.as_posix()
