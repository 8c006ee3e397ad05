"""Lays a shelf with playbooks of a test's own: copies of what ships, that a test may edit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from webcare import playbooks, settings

ASH = "volcanic-ash"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder with copies of two playbooks, which the settings name."""
    for slug in ("base", ASH):
        shutil.copytree(playbooks.shipped() / slug, tmp_path / slug)
    monkeypatch.setenv("WEBCARE_PLAYBOOKS", str(tmp_path))
    settings.get.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.get.cache_clear()


def edit(shelf: Path, file: str, before: str, after: str, slug: str = ASH) -> None:
    """Change words in a playbook's file; fail when they don't stand there."""
    path = shelf / slug / file
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{before!r} is not in {path}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
