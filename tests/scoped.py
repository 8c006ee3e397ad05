"""Lays a shelf with three small playbooks that differ in what a scope decides: minutes, cues, silence."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from webcare import playbooks, settings

QUICK, SLOW, SILENT = "quick-crisis", "slow-crisis", "silent-crisis"
# One word that only the quick crisis knows as critical, and its message.
CRITICAL = "Is er al iets bekend over de zeepbelstoring bij jullie op het veld?"

_HEADS = {
    QUICK: "due_minutes: {U0: 1, U1: 5, U2: 20, U3: 30, U4: 60}",
    SLOW: "due_minutes: {U0: 2, U1: 15, U2: 60, U3: 900, U4: 2000}",
    SILENT: "reply_policy: hold",
}
_CUES = """
concepts:
  bubble:
    words: {nl: [zeepbelstoring], en: [bubble failure]}
intents:
  status_info:
    cues:
      - {all: [bubble], level: U1, says: "asks about the bubble failure"}
"""


@pytest.fixture
def crises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with the base playbook and the three, which the settings name."""
    shutil.copytree(playbooks.shipped() / "base", tmp_path / "base")
    for slug, head in _HEADS.items():
        name = slug.replace("-", " ").capitalize()
        lines = [
            f"slug: {slug}",
            "extends: base",
            f"title: {{en: {name}, nl: {name}}}",
            "version: 1.0.0",
            head,
        ]
        (tmp_path / slug).mkdir()
        (tmp_path / slug / "playbook.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / QUICK / "cues.yaml").write_text(_CUES, encoding="utf-8")
    monkeypatch.setenv("WEBCARE_PLAYBOOKS", str(tmp_path))
    settings.get.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.get.cache_clear()
