"""The pages' scripts are fetched once, checked, and fetched again when something changed them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_assets", _ROOT / "build_assets.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, assets: ModuleType) -> Path:
    """Return a folder that looks like a checkout after npm has done its work, with the manifest laid."""
    (tmp_path / "package-lock.json").write_text("{}")
    for source in assets._FILES:
        package = tmp_path / "node_modules" / source.split("/", 1)[0]
        (tmp_path / "node_modules" / source).parent.mkdir(parents=True)
        (tmp_path / "node_modules" / source).write_text(f"// {source}")
        (package / "LICENSE").write_text("Zero-Clause BSD")
        (package / "package.json").write_text('{"version": "1.2.3"}')
    lock = assets._checksum(tmp_path / "package-lock.json")
    assets._fill(tmp_path, tmp_path / "webcare/static/vendor", lock)
    return tmp_path


def test_what_is_whole_is_not_fetched_again(assets: ModuleType, checkout: Path) -> None:
    said: list[str] = []
    assets.lay(checkout, said.append)
    assert said == ["The pages' scripts are up to date."]


@pytest.mark.parametrize("name", ["webcare/static/vendor/htmx.min.js", "package-lock.json"])
def test_a_changed_file_is_noticed(assets: ModuleType, checkout: Path, name: str) -> None:
    (checkout / name).write_text("changed")
    lock = assets._checksum(checkout / "package-lock.json")
    assert not assets.is_whole(checkout / "webcare/static/vendor", lock)


def test_licences_and_versions_come_along(assets: ModuleType, checkout: Path) -> None:
    vendor = checkout / "webcare/static/vendor"
    assert len(list(vendor.glob("*.LICENSE.txt"))) == len(assets._FILES)
    manifest = json.loads((vendor / "manifest.json").read_text())
    assert {entry["version"] for entry in manifest["files"].values()} == {"1.2.3"}


def test_skipping_says_what_is_missing_then(
    assets: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setenv("WEBCARE_SKIP_ASSETS", "1")
    said: list[str] = []
    assets.lay(tmp_path, said.append)
    assert "no live updates" in said[0]
    assert not (tmp_path / "webcare").exists()
