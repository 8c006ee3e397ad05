"""Starts engines and servers for a benchmark, and writes what was measured as one JSON line and a table."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from webcare import db, embedded, settings

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def engines() -> Iterator[embedded.Engines]:
    """Start both engines, durable as in earnest, in a folder that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="webcare-bench-"))
    folder.chmod(0o711)
    started = embedded.start(folder, settings.Settings())
    try:
        point_to(started.database_url, started.redis_url)
        os.environ["WEBCARE_VAR"] = str(folder)
        db.upgrade(started.database_url)
        yield started
    finally:
        db.dispose()
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def point_to(database_url: str, redis_url: str) -> None:
    """Let this process and what it starts use these engines."""
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = database_url, redis_url
    settings.get.cache_clear()
    db.forget_engine()


def free_port() -> int:
    """Return a TCP port that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def program(words: Sequence[str], port: int, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of ours until the block ends; it must take connections on `port` within 30 s."""
    environment = {**os.environ, "WEBCARE_PORT": str(port), "WEBCARE_LOG_LEVEL": "error", **more}
    started = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(port, started)
        yield started
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(20)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_for(port: int, started: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Return once `port` takes a connection; raise RuntimeError when the program ended or is too slow."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and started.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"The program did not answer on port {port}; exit code {started.poll()}.")


def wait_for_page(port: int, path: str, started: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return once `path` is answered with 200; raise RuntimeError when the program ended or is too slow."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and started.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}{path}", timeout=1).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            time.sleep(0.02)
    raise RuntimeError(f"The program did not show {path}; exit code {started.poll()}.")


def share(sorted_values: Sequence[float], quantile: float) -> float:
    """Return the value below which `quantile` of the sorted values lie, by nearest rank."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * quantile))]


def show(name: str, rows: Sequence[dict[str, Any]], verdicts: dict[str, Any]) -> None:
    """Print a table of `rows`, then one JSON line with everything; also keep it under benchmarks/results."""
    columns = list(rows[0]) if rows else []
    widths = {one: max(len(one), *(len(_cell(row[one])) for row in rows)) for one in columns}
    print(f"\n{name}")
    print("  ".join(f"{one:>{widths[one]}}" for one in columns))
    for row in rows:
        print("  ".join(f"{_cell(row[one]):>{widths[one]}}" for one in columns))
    for what, value in verdicts.items():
        print(f"  {what}: {_cell(value)}")
    line = json.dumps({"benchmark": name, "machine": _machine(), "rows": rows, "verdicts": verdicts})
    print(line, flush=True)
    results = ROOT / "benchmarks" / "results"
    results.mkdir(exist_ok=True)
    (results / f"{name.replace(' ', '-')}.json").write_text(line + "\n", encoding="utf-8")


def _cell(value: Any) -> str:
    return (
        f"{value:,.2f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
