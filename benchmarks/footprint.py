"""How soon a warm `webcare up --demo` shows its first page, and what every process weighs then."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import rig

SETTLES_S = 20
ROUNDS = 3


def _weights(root: int) -> dict[int, tuple[str, float]]:
    """Return name and proportional memory (MB) of every process under `root`; shared pages count once."""
    found: dict[int, tuple[str, float]] = {}
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        except OSError:
            continue
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        found[pid] = (b" ".join(words[:4]).decode(errors="replace")[-40:].strip(), pss / 1024)
        waiting += [int(child) for child in children]
    return found


def _once(folder: Path) -> tuple[float, dict[int, tuple[str, float]]]:
    port = rig.free_port()
    environment = {
        **os.environ,
        "WEBCARE_VAR": str(folder),
        "WEBCARE_PORT": str(port),
        "WEBCARE_MAIL_PORT": str(rig.free_port()),
    }
    begun = time.perf_counter()
    started = subprocess.Popen(
        [sys.executable, "-m", "webcare.cli", "up", "--demo"],
        cwd=rig.ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        rig.wait_for_page(port, "/sign-in", started)
        seconds = time.perf_counter() - begun
        time.sleep(SETTLES_S)
        return seconds, _weights(started.pid)
    finally:
        started.terminate()
        started.wait(30)


def main() -> None:
    """Start on an empty folder first, then again on the same one."""
    times = []
    with tempfile.TemporaryDirectory(prefix="webcare-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        for _ in range(ROUNDS):
            seconds, weights = _once(folder)
            times.append(seconds)
    rows = [
        {"pid": pid, "process": words, "PSS MB": weight} for pid, (words, weight) in sorted(weights.items())
    ]
    rig.show(
        "footprint",
        rows,
        {
            "first page on an empty folder, s (under 10)": times[0],
            "first page on a second start, s (under 10)": min(times[1:]),
            "everything, MB (under 400)": sum(weight for _, weight in weights.values()),
        },
    )


if __name__ == "__main__":
    main()
