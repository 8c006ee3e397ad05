"""Every dependency is allowed by one line of docs/dependencies.md, and no lock file names a package index."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_LOCKS = ("requirements/base.lock", "requirements/dev.lock", "package-lock.json")


def _declared() -> dict[str, str]:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        lines += extra
    build = (_ROOT / "requirements/build.in").read_text(encoding="utf-8").splitlines()
    lines += [line for line in build if not line.startswith("#")]
    found = {}
    for line in lines:
        parts = re.fullmatch(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?\s*(.*)", line)
        assert parts, line
        found[parts[1]] = parts[2]
    scripts: dict[str, str] = json.loads((_ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return found | scripts


def _explained() -> dict[str, tuple[str, str, str]]:
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
        (_ROOT / "docs/dependencies.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    return {name: (versions, licence, why) for name, versions, licence, why in rows if name != "package"}


def test_every_dependency_is_explained_with_its_versions() -> None:
    assert {name: row[0] for name, row in _explained().items()} == _declared()


def test_every_explanation_says_licence_and_reason() -> None:
    assert [name for name, (_, licence, why) in _explained().items() if not licence or len(why) < 10] == []


@pytest.mark.parametrize("name", _LOCKS)
def test_no_lock_file_names_a_package_index(name: str) -> None:
    text = (_ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"\S*(?:https?://|file://|--index-url|--find-links|\"resolved\")\S*", text) == []


@pytest.mark.parametrize("name", _LOCKS[:2])
def test_locks_hold_every_python_dependency_with_a_checksum(name: str) -> None:
    text = (_ROOT / name).read_text(encoding="utf-8")
    pinned = dict(
        re.findall(r"^([a-z0-9.-]+)==\S+(?: ;[^\\]*)? \\\n    --hash=(sha256):", text, re.MULTILINE)
    )
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {*project["dependencies"], *project["optional-dependencies"]["embedded"]}
    if "dev" in name:
        wanted |= set(project["optional-dependencies"]["dev"])
    names = {re.split(r"[\[<>=~]", line)[0].lower().replace("_", "-").replace(".", "-") for line in wanted}
    assert names - set(pinned) == set()
