"""Gives every process a place to count in, and keeps what dead ones counted; loaded before the metrics."""

from __future__ import annotations

import fcntl
import os
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

NAME = "PROMETHEUS_MULTIPROC_DIR"
_FILE = re.compile(r"(?P<kind>[a-z_]+?)_(?P<pid>\d+)\.db")
# Process 0 never counts; under its number stands what all dead ones counted.
_ARCHIVE = 0
_SUMMED = ("counter", "histogram", "summary")


def prepare(var: Path) -> Path:
    """Choose the folder for this process and its children, and fold dead processes' files into one.

    Call it before anything imports prometheus_client, which looks once, when it is imported.
    """
    folder = Path(os.environ.get(NAME) or var / "metrics").resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ[NAME] = str(folder)
    sweep(folder)
    return folder


def sweep(folder: Path) -> int:
    """Fold the files of dead processes into one, so that no count falls; return how many files went."""
    with (folder / "sweep.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        dead: dict[str, list[Path]] = defaultdict(list)
        for file in folder.glob("*.db"):
            found = _FILE.fullmatch(file.name)
            if found and int(found["pid"]) != _ARCHIVE and not _is_alive(int(found["pid"])):
                dead[found["kind"]].append(file)
        for kind, files in dead.items():
            if kind in _SUMMED:
                _fold(folder / f"{kind}_{_ARCHIVE}.db", files)
            for file in files:
                file.unlink(missing_ok=True)
        return sum(len(files) for files in dead.values())


def _fold(archive: Path, files: Iterable[Path]) -> None:
    # Not at the top: see prepare. The library has no types.
    mapped: Any = import_module("prometheus_client.mmap_dict").MmapedDict
    kept = mapped(str(archive))
    try:
        for file in files:
            # A file that a kill left half written counts for nothing; the sweep must not fail on it.
            with suppress(OSError, ValueError, RuntimeError):
                for key, value, _, _ in mapped.read_all_values_from_file(str(file)):
                    kept.write_value(key, kept.read_value(key)[0] + value, 0.0)
    finally:
        kept.close()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
