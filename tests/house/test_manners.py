"""The manners of each floor: who commits, what time it is, which words are used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.source import SHIPPED, files, functions, is_history, short, tree

ENDINGS = {"commit", "rollback"}
# The one place that ends a transaction, and the one that migrates.
ENDERS = {"webcare/db.py", "webcare/migrations/env.py"}
FOREIGN_WORDS = re.compile(r"(.*_)?(tickets?|utils?|helpers?|users?)(_.*)?", re.IGNORECASE)
# Names that belong to libraries and to the system.
BORROWED = {"email.utils", "user", "webcare_pg_user"}


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


# Public functions that write without an event, each with its reason.
SILENT: dict[str, str] = {
    "assignment.extend": "a sign of life; one event per keystroke would drown the timeline",
    "assignment.keep": "the same sign of life, asked for by name",
    "assignment.free": "one half of verbs that leave the event themselves",
    "epochs.bump": "part of the verbs that change what is in force, which leave the event",
    "outgoing.queue": "one half of submitting, correcting and giving receipts, which leave the event",
    "facts.write": "one half of `state` and of the rehearsal's starting facts, which leave the event",
    "idempotency.remember": "part of `intake.accept`, which leaves the event",
    "idempotency.forget_old": "housekeeping of answers older than 30 days",
    "placement.place": "part of `reading.keep`, which leaves the event",
    "rehearsals.close": "part of `activation.stand_down`, which leaves the event",
    "reply_times.measure": "the measurement is the record; `publish` leaves the event when the words change",
    "reply_times.prune": "part of `sweeping.sweep`, which leaves the event",
    "sign_ins.count": "a counter that goes up before the password is looked at; the outcome leaves the event",
    "sign_ins.by_token": "notes that a browser was seen",
    "sign_ins.tidy": "housekeeping of sign-ins that are over",
    "timeline.record": "this is the event",
    "timeline.record_many": "this is the event",
}


@pytest.mark.parametrize("path", files("webcare/services"), ids=short)
def test_every_service_verb_leaves_an_event(path: Path) -> None:
    bodies = {node.name: ast.unparse(node) for node in functions(path)}
    verbs = [
        node.name
        for node in functions(path)
        if not node.name.startswith("_") and node.args.args and node.args.args[0].arg == "session"
    ]
    quiet = [
        f"{path.stem}.{name}"
        for name in verbs
        if re.search(r"\b(insert|update|delete)\(", _reach(name, bodies))
        and "timeline." not in _reach(name, bodies)
        and f"{path.stem}.{name}" not in SILENT
    ]
    assert not quiet, f"These write without leaving an event: {quiet}"


def _reach(name: str, bodies: dict[str, str], known: frozenset[str] = frozenset()) -> str:
    """Return the source of a function with that of the functions it calls in its own module."""
    called = [
        other
        for other in bodies
        if other not in known and other != name and re.search(rf"\b{other}\(", bodies[name])
    ]
    return bodies[name] + "".join(_reach(other, bodies, known | {name, *called}) for other in called)
