"""Kills supervised programs in every way there is and looks at who is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import redis

from webcare import embedded
from webcare.embedded import Engines

pytestmark = [
    pytest.mark.usefixtures("no_addresses"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="death signals exist on Linux only"),
]

_PROGRAM = """
import os, signal, subprocess, sys, time
from pathlib import Path
from webcare import supervisor
from webcare.supervisor import Child

folder = Path(sys.argv[1])

def sleep():
    (folder / "sleeper").write_text(str(os.getpid()))
    time.sleep(600)

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / "deaf").write_text(str(os.getpid()))
    time.sleep(600)

def parent():
    horse = os.fork()
    if horse == 0:
        os.setpgid(0, 0)
        time.sleep(600)
    (folder / "horse").write_text(str(horse))
    (folder / "parent").write_text(str(os.getpid()))
    time.sleep(600)

def broken():
    sys.exit(3)

known = {"sleep": sleep, "deaf": deaf, "parent": parent, "broken": broken, "dotted": "time:sleep_wrong",
         "exec": ("sleep", "600")}
engines = None
if "engines" in sys.argv:
    from webcare import embedded
    from webcare.settings import Settings
    engines = embedded.start(folder, Settings(), is_durable=False)
    (folder / "engines.pids").write_text(" ".join(map(str, sorted(engines.pids()))))
sys.exit(supervisor.run([Child(name, known[name]) for name in sys.argv[2:] if name in known], engines))
"""


class _Up(NamedTuple):
    process: subprocess.Popen[str]
    folder: Path

    def pid(self, name: str) -> int:
        """Wait for the program `name` to say who it is."""
        _until(lambda: (self.folder / name).exists() and (self.folder / name).read_text() != "")
        return int((self.folder / name).read_text())


Start = Callable[..., _Up]


@pytest.fixture
def start(var: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def _start(*names: str) -> _Up:
        words = [sys.executable, "-c", _PROGRAM, str(var), *names]
        started.append(subprocess.Popen(words, stderr=subprocess.PIPE, text=True))
        return _Up(started[-1], var)

    yield _start
    for process in started:
        process.kill()
        process.communicate()


def _until(question: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in "ZX"


def test_a_killed_child_is_back_within_two_seconds(start: Start) -> None:
    up = start("sleep")
    first = up.pid("sleeper")
    (up.folder / "sleeper").unlink()
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    assert up.pid("sleeper") != first
    assert time.monotonic() - began < 2


def test_nobody_outlives_a_killed_supervisor(start: Start) -> None:
    up = start("sleep", "deaf")
    pids = [up.pid("sleeper"), up.pid("deaf")]
    up.process.kill()
    _until(lambda: all(map(_is_gone, pids)), seconds=5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_and_is_no_error(start: Start, number: signal.Signals) -> None:
    up = start("sleep", "parent")
    pids = [up.pid("sleeper"), up.pid("parent"), up.pid("horse")]
    up.process.send_signal(number)
    assert up.process.wait(10) == 0
    _until(lambda: all(map(_is_gone, pids)), seconds=1)


def test_a_second_signal_ends_what_does_not_listen(start: Start) -> None:
    up = start("deaf")
    pid = up.pid("deaf")
    up.process.send_signal(signal.SIGINT)
    assert up.process.stderr is not None
    assert "second Ctrl-C" in up.process.stderr.readline()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(10) == 0
    assert _is_gone(pid)


def test_a_dead_workers_job_ends_too_or_it_would_run_twice(start: Start) -> None:
    up = start("parent")
    horse = up.pid("horse")
    os.kill(up.pid("parent"), signal.SIGKILL)
    _until(lambda: _is_gone(horse), seconds=2)


@pytest.mark.parametrize("name", ["broken", "dotted"])
def test_what_can_not_live_is_reported_and_the_others_go_on(start: Start, name: str) -> None:
    up = start("sleep", name)
    pid = up.pid("sleeper")
    assert up.process.stderr is not None
    lines = iter(up.process.stderr.readline, "")
    told = next(line for line in lines if "5 times in a row" in line)
    assert told.startswith(name)
    assert "webcare doctor" in told
    assert not _is_gone(pid)


def test_a_child_may_be_another_program(start: Start) -> None:
    up = start("exec")
    _until(lambda: _commands_below(up.process.pid) == ["sleep 600"])


def _commands_below(pid: int) -> list[str]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path(f"/proc/{child}/cmdline").read_text().replace("\0", " ").strip() for child in children]


def _engines(up: _Up) -> Engines:
    # Making a database takes half a second alone, and many on a machine that does other things too.
    _until(lambda: embedded.running(up.folder) is not None, seconds=40)
    found = embedded.running(up.folder)
    assert found
    return found


def _works(engines: Engines) -> bool:
    try:
        with redis.Redis.from_url(engines.redis_url) as bells, psycopg.connect(engines.database_url):
            return bool(bells.ping())
    except (redis.RedisError, psycopg.OperationalError):
        return False


def test_killed_engines_come_back_and_stop_last(start: Start) -> None:
    up = start("sleep", "engines")
    engines = _engines(up)
    up.pid("sleeper")
    pids = [int(word) for word in (up.folder / "engines.pids").read_text().split()]
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    _until(lambda: all(map(_is_gone, pids)))
    _until(lambda: _works(engines), seconds=20)
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(30) == 0
    assert not _works(engines)
    assert embedded.running(up.folder) is None
