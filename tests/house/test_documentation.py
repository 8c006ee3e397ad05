"""The documents say what is there: settings, commands, routes, queues, rooms; and no link leads nowhere."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import click
import pytest

from tests.house import rooms
from tests.house.source import ROOT
from webcare import cli, queues, security
from webcare.app import create_app
from webcare.settings import Settings

DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*"))
)
PAGES = [name for name in DOCUMENTS if name.endswith(".md")]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# Put together, so that this file does not hold what it looks for.
INDEXES = (
    "py" + "pi.org",
    "python" + "hosted",
    "npm" + "js.",
    "crates" + ".io",
    "registry" + ".",
    "--index" + "-url",
)
PATHS = ("/wo" + "rk/", "/home" + "/", "/root" + "/", "/Us" + "ers/", "C:" + "\\")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|TB" + r"D|lorem ipsum)\b")


@cache
def words(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose() -> str:
    return "\n".join(words(name) for name in PAGES)


@pytest.mark.parametrize("document", rooms.MADE)
def test_the_made_part_of_a_document_is_fresh(document: str) -> None:
    assert rooms.made(document), f"{document} lost the marks around its made part."
    assert rooms.made(document) == rooms.due(document), "Run: .venv/bin/python -m tests.house.rooms"


def commands() -> list[str]:
    found = []
    with click.Context(cli.main) as context:
        for name in cli.COMMANDS:
            command = cli.main.get_command(context, name)
            found += [name, *(f"{name} {each}" for each in getattr(command, "commands", {}))]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_described(command: str) -> None:
    first, _, second = command.partition(" ")
    # The README's table names a group once: `webcare inbox create`, `list`, `rotate`.
    described = re.findall(rf"webcare {first}\b[^\n]*", prose())
    assert any(re.search(rf"\b{re.escape(second or first)}\b", line) for line in described)


def public_routes() -> list[str]:
    app = create_app(Settings())
    return sorted({str(rule) for rule in app.url_map.iter_rules() if rule.endpoint in security.OPEN})


@pytest.mark.parametrize("route", public_routes())
def test_every_route_for_strangers_is_described(route: str) -> None:
    stem = re.split(r"<", route)[0]
    assert f"`{stem}" in words("docs/operations.md")


def test_every_open_endpoint_exists() -> None:
    app = create_app(Settings())
    assert set(security.OPEN) - set(app.view_functions) == set()


@pytest.mark.parametrize("bell", queues.BELLS)
def test_every_bell_is_described_with_its_queue_and_job(bell: str) -> None:
    queue, job = queues.BELLS[bell]
    assert f"| `{bell}` | `{queue}` | `{job}` |" in words("docs/architecture.md")


@pytest.mark.parametrize("queue", queues.QUEUES)
def test_every_queue_has_a_process_and_a_unit(queue: str) -> None:
    assert f"`webcare worker {queue}`" in words("docs/architecture.md")
    assert f"webcare-worker@{queue}.service" in words("deploy/webcare.target")


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(page: str, link: str) -> bool:
    target, _, anchor = link.partition("#")
    place = (ROOT / page).parent / target if target else ROOT / page
    if target == "docs/screenshots/desk-light.png":
        return False  # taken by `make screenshots`
    return not place.exists() or bool(anchor and anchor not in anchors(place))


@pytest.mark.parametrize("page", PAGES)
def test_no_link_leads_nowhere(page: str) -> None:
    outside = ("http://", "https://", "mailto:")
    links = [link for link in LINK.findall(words(page)) if not link.startswith(outside)]
    assert [link for link in links if broken(page, link)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_can_be_reached_from_the_readme(page: str) -> None:
    seen, left = set(), ["README.md"]
    while left:
        now = left.pop()
        seen.add(now)
        targets = {link.partition("#")[0] for link in LINK.findall(words(now))}
        near = {
            ((ROOT / now).parent / target).resolve().relative_to(ROOT).as_posix()
            for target in targets
            if target.endswith(".md") and "://" not in target
        }
        left += sorted(near - seen)
    assert page in seen


@pytest.mark.parametrize("document", [name for name in DOCUMENTS if (ROOT / name).is_file()])
def test_a_document_names_no_machine_of_ours_and_is_finished(document: str) -> None:
    text = words(document)
    assert [each for each in (*INDEXES, *PATHS) if each in text] == []
    assert UNFINISHED.findall(text) == []


def test_the_example_environment_knows_only_real_settings() -> None:
    names = set(re.findall(r"^#? ?([A-Z][A-Z_]+)=", words("deploy/webcare.env"), re.MULTILINE))
    assert names - {name.upper() for name in Settings.model_fields} == set()
