"""Rooms stay small, and every room says what it is for; the list of exceptions may only shrink."""

from __future__ import annotations

import ast

from tests.house.source import ALL, files, functions, is_history, short, tree

MOST_LINES = 300
MOST_FUNCTION_LINES = 40
MOST_ARGUMENTS = 5
MOST_IMPORTS = 15
MOST_TEST_LINES = 30
# Named exceptions with their reason. Take one out when you mend it; never add one.
EXCEPTIONS: dict[str, str] = {}
NAMELESS = {"utils", "helpers", "common", "misc", "manager"}


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_the_wall() -> None:
    long = {
        short(path): count
        for path in files(*ALL)
        if not is_history(path) and (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"Split by noun or by verb: {long}"


def test_no_function_is_longer_than_the_wall() -> None:
    long = [
        f"{short(path)}:{node.lineno} {node.name} has {_length(node)} lines"
        for path in files(*ALL)
        if not is_history(path)
        for node in functions(path)
        if _length(node) > (MOST_TEST_LINES if node.name.startswith("test_") else MOST_FUNCTION_LINES)
        and short(path) not in EXCEPTIONS
    ]
    assert not long, "\n".join(long)


def test_no_function_takes_too_much() -> None:
    greedy = [
        f"{short(path)}:{node.lineno} {node.name} takes {count}"
        for path in files("webcare", "workers")
        for node in functions(path)
        if (count := _arguments(node)) > MOST_ARGUMENTS and short(path) not in EXCEPTIONS
    ]
    assert not greedy, "\n".join(greedy)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    named = [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    # A command's arguments are its options, and callbacks keep the shape that a library asks for.
    is_given = any(
        isinstance(one, ast.Call) and "option" in ast.dump(one.func) for one in node.decorator_list
    )
    is_callback = node.name.startswith("handle_")
    return 0 if is_given or is_callback else len([name for name in named if name not in {"self", "cls"}])


def test_no_module_imports_half_the_house() -> None:
    busy = {
        short(path): count
        for path in files("webcare", "workers")
        if short(path) != "webcare/models/__init__.py"
        and (count := sum(isinstance(node, ast.Import | ast.ImportFrom) for node in tree(path).body))
        > MOST_IMPORTS + 1
    }
    assert not busy, f"More than {MOST_IMPORTS} imports beside __future__: {busy}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        short(path) for path in files(*ALL) if not is_history(path) and not ast.get_docstring(tree(path))
    ]
    assert not silent


def test_every_public_function_of_the_decision_floors_says_what_it_does() -> None:
    silent = [
        f"{short(path)}:{node.lineno} {node.name}"
        for path in files("webcare/domain", "webcare/services", "webcare/channels", "webcare/queries")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_no_room_without_a_name_of_its_own() -> None:
    assert not [short(path) for path in files(*ALL) if path.stem in NAMELESS]
