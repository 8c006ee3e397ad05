"""Gives a functional test a running program on a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.functional.program import Program


@pytest.fixture
def start(var: Path) -> Iterator[Callable[..., Program]]:
    """Return a function that starts the program; whatever was started is stopped after the test."""
    started: list[Program] = []

    def run(**more: str) -> Program:
        program = Program(var, settings=more)
        started.append(program)
        program.start()
        return program

    yield run
    for program in started:
        if program.process is not None and program.process.poll() is None:
            program.stop()
