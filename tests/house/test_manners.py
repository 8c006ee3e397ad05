"""The manners of each floor: who commits, what time it is, which words are used."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import SHIPPED, files, functions, is_history, short, tree

ENDINGS = {"commit", "rollback"}
# The one place that ends a transaction, and the one that migrates.
ENDERS = {"webcare/db.py", "webcare/migrations/env.py"}
FOREIGN_WORDS = re.compile(r"\b\w*(ticket|util|helper)s?\w*\b", re.IGNORECASE)
# Names that belong to libraries.
BORROWED = {"email.utils", "utils"}


def _calls(path: object) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]  # type: ignore[arg-type]


def test_only_the_edge_commits() -> None:
    found = [
        f"{short(path)}:{call.lineno}"
        for path in files(*SHIPPED)
        if short(path) not in ENDERS
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ENDINGS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "session"
    ]
    assert not found, f"Open transaction() at the edge instead: {found}"


def test_services_and_queries_open_no_transaction() -> None:
    found = [
        f"{short(path)}:{call.lineno}"
        for path in files("webcare/services", "webcare/queries", "webcare/domain")
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute | ast.Name)
        and (call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id) == "transaction"
    ]
    assert not found


def test_no_time_without_a_zone() -> None:
    found = [
        f"{short(path)}:{call.lineno}"
        for path in files(*SHIPPED)
        for call in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and (
            call.func.attr in {"utcnow", "utcfromtimestamp", "today"}
            or (
                call.func.attr in {"now", "fromtimestamp"}
                and _is_datetime(call)
                and not call.args[1:]
                and not call.keywords
                and not (call.func.attr == "now" and call.args)
            )
        )
    ]
    assert not found, f"Use webcare.clock.now(): {found}"


def _is_datetime(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value).endswith("datetime")


def test_sql_is_never_put_together_from_values() -> None:
    found = [
        f"{short(path)}:{call.lineno}"
        for path in files(*SHIPPED)
        if not is_history(path)
        for call in _calls(path)
        if isinstance(call.func, ast.Name)
        and call.func.id == "text"
        and call.args
        and any(isinstance(part, ast.JoinedStr | ast.BinOp) for part in ast.walk(call.args[0]))
    ]
    assert not found, f"Bind parameters instead: {found}"


def test_the_words_of_the_glossary_are_used() -> None:
    found = []
    for path in files(*SHIPPED):
        for node in ast.walk(tree(path)):
            name = getattr(node, "name", None) or getattr(node, "id", None) or getattr(node, "arg", None)
            if isinstance(name, str) and FOREIGN_WORDS.fullmatch(name) and name not in BORROWED:
                found.append(f"{short(path)}:{getattr(node, 'lineno', 0)} {name}")
    assert not found


def test_no_function_leaves_a_bare_except() -> None:
    bare = [
        f"{short(path)}:{node.lineno}"
        for path in files(*SHIPPED)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and node.type is None
    ]
    assert not bare


# Service functions that only read, prepare, or are one statement of a verb that leaves the event.
SILENT: dict[str, str] = {}


@pytest.mark.parametrize("path", files("webcare/services"), ids=short)
def test_every_service_module_leaves_events(path: object) -> None:
    writes = [
        node.name
        for node in functions(path)  # type: ignore[arg-type]
        if not node.name.startswith("_") and node.args.args and node.args.args[0].arg == "session"
        if re.search(r"\b(insert|update|delete)\(", ast.unparse(node)) and "timeline" not in ast.unparse(node)
    ]
    quiet = [name for name in writes if f"{short(path)}:{name}" not in SILENT]  # type: ignore[arg-type]
    assert not quiet, f"{short(path)} writes without leaving an event: {quiet}"  # type: ignore[arg-type]
